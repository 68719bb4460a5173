import { describe, expect, test } from 'vitest';
import { RefusalCounts, sourceOf } from './refusal-counts.ts';

test('the first of each kind and source is whole, the others are counted', () => {
  const refusals = new RefusalCounts();
  const noted = ['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.1'].map((source) =>
    refusals.note('bad-target', source, true),
  );
  expect(noted).toEqual([true, false, true, false]);
  expect(refusals.note('unauthenticated', '10.0.0.1', true)).toBe(true);
  expect(refusals.take()).toEqual([{ count: 2, reason: 'bad-target', source: '10.0.0.1' }]);
  expect(refusals.isPending).toBe(false);
  expect(refusals.take()).toEqual([]);
});

test('who goes on is counted from the start in the next period, who stopped is whole again after it', () => {
  const refusals = new RefusalCounts();
  for (let i = 0; i < 3; i++) refusals.note('bad-target', 'a', true);
  refusals.take();
  expect(refusals.note('bad-target', 'a', true)).toBe(false);
  refusals.take();
  refusals.take();
  expect(refusals.note('bad-target', 'a', true)).toBe(true);
});

test('while nothing can be recorded everything is counted', () => {
  const refusals = new RefusalCounts();
  expect(refusals.note('bad-target', 'a', false)).toBe(false);
  expect(refusals.take()).toEqual([{ count: 1, reason: 'bad-target', source: 'a' }]);
});

test('a million sources make 64 whole records and a short summary, and nothing is lost from the count', () => {
  const refusals = new RefusalCounts();
  let whole = 0;
  for (let i = 0; i < 1_000_000; i++)
    if (refusals.note(i % 2 ? 'bad-target' : 'unauthenticated', `s${i}`, true)) whole++;
  const counts = refusals.take();
  expect(whole).toBe(64);
  expect(counts.length).toBeLessThanOrEqual(256);
  expect(counts.reduce((sum, { count }) => sum + count, whole)).toBe(1_000_000);
  expect(counts.slice(0, 2).map(({ source }) => source)).toEqual(['*', '*']);
  // Also when they never stop, each period is bounded alike.
  for (let i = 0; i < 1000; i++) refusals.note('bad-target', `t${i}`, true);
  expect(refusals.take().length).toBeLessThanOrEqual(256);
});

describe('a source is', () => {
  test.each([
    ['an IPv4 address', '10.1.2.3', '10.1.2.3'],
    ['an IPv4 address in mapped form', '::ffff:10.1.2.3', '10.1.2.3'],
    ['loopback', '::1', '::1'],
    ['the /64 of an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['the /64 of a short one', '2001:db8::7', '2001:db8:0:0::/64'],
    ['the /64 of a scoped one', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['nothing, for a socket that is gone', undefined, 'unknown'],
  ])('%s', (_name, address, source) => expect(sourceOf(address)).toBe(source));
});
