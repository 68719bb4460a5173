import { expect, it } from 'vitest';
import { Inspection } from '../../inspection.ts';
import { shellArgument } from './shell.ts';

const foundIn = (value: unknown, said: object = {}, work?: number): string | undefined => {
  const check = shellArgument.prepare(shellArgument.compile({ type: 'shell', ...said }));
  const inspection = new Inspection({ monotonic: () => 0 }, work);
  return check.inspect(value, inspection, inspection.enforced)?.finding.reason;
};

it('may start every program, but not do what no command line may', () => {
  expect(foundIn('ls -la | head')).toBeUndefined();
  expect(foundIn('eval $x')).toBe('eval');
  expect(foundIn(['ls', 'cat /etc/shadow'])).toBe('credential-file');
});

it('may start what is on the list and nothing else', () => {
  expect(foundIn('git log | git hash-object --stdin', { programs: ['git'] })).toBeUndefined();
  expect(foundIn('git log | less', { programs: ['git'] })).toBe('program');
});

it('costs more with more programs on either side', () => {
  const line = 'a; b; c; d; e; f';
  expect(foundIn(line, { programs: ['x'] }, 5_000)).toBe('program');
  expect(foundIn(line, { programs: Array.from({ length: 256 }, (_, i) => `x${i}`) }, 5_000)).toBeUndefined();
});

it('is held in a bundle sorted', () => {
  expect(shellArgument.compile({ type: 'shell', programs: ['b', 'a'] })).toEqual({
    type: 'shell',
    programs: ['a', 'b'],
  });
  expect(shellArgument.compile({ type: 'shell' })).toEqual({ type: 'shell', programs: null });
});
