import { expect, it } from 'vitest';
import { inside, quietly, Seen, wrong } from './run.ts';
import { Report } from './violation.ts';

it('what is wrong is told where somebody hears it, and ends it where nobody does', () => {
  const report = new Report();
  expect(wrong({ pointer: '/a', report, seen: undefined }, 'missing', 'm', '/b')).toBe(true);
  expect(report.violations).toEqual([{ reason: 'missing', pointer: '/a/b', message: 'm' }]);
  expect(wrong({ pointer: '/a', report: undefined, seen: undefined }, 'type', 'm')).toBe(false);
});

it('what was looked at is kept for each value by itself, and only where it is asked for', () => {
  const seen = new Seen();
  const place = { pointer: '/a', report: new Report(), seen };
  expect([inside(place, 0).pointer, inside(place, 0).seen === seen, quietly(place).report]).toEqual([
    '/a/0',
    false,
    undefined,
  ]);
  expect([inside({ ...place, seen: undefined }, 0).seen, quietly({ ...place, seen: undefined }).seen]).toEqual([
    undefined,
    undefined,
  ]);
});

it('what was looked at adds up', () => {
  const [one, other] = [new Seen(), new Seen()];
  other.add('a');
  one.addAll(other);
  one.addAll(undefined);
  expect([one.has('a'), one.has('b')]).toEqual([true, false]);
});
