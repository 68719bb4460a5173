import { describe, expect, it } from 'vitest';
import { Inspection } from '../inspection.ts';
import { PathArgument } from './path-argument.ts';

const STILL = { monotonic: () => 0 };
const check = new PathArgument({ type: 'path', roots: ['/data', '/srv/x/'] });
const problemOf = (value: unknown, work?: number): string | undefined => {
  const inspection = new Inspection(STILL, work);
  return check.problemOf(value, inspection, inspection.enforced);
};

describe('an argument that is a path', () => {
  it.each([[null], [undefined], ['/data'], ['/data/a'], ['/srv/x/y'], [[]], [['/data/a', 'b']]])(
    'may be %j',
    (value) => {
      expect(problemOf(value)).toBeUndefined();
    },
  );

  it.each([
    ['outside of the roots', '/etc/passwd', /leads outside/],
    ['a number', 1, /a path or a list of paths/],
    ['an object', { path: '/data' }, /a path or a list of paths/],
    ['a list with something else in it', ['/data/a', 1], /nothing else/],
    ['a list in a list', [['/data']], /nothing else/],
    ['a list with one outside', ['/data/a', '/etc'], /leads outside/],
    ['a very long list', Array.from({ length: 1001 }, () => '/data'), /at most 1000/],
  ])('is wrong as %s', (_what, value, problem) => {
    expect(problemOf(value)).toMatch(problem);
  });

  it('is not known to be wrong once the budget is used up', () => {
    const inspection = new Inspection(STILL, 3);
    expect(check.problemOf(['/etc/passwd', '/etc'], inspection, inspection.enforced)).toBeUndefined();
    expect(inspection.enforced.exhausted).toBe(true);
  });
});
