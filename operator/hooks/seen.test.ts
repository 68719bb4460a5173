import { expect, test } from 'vitest';
import { Seen } from './seen.ts';

test('what came is known for ten minutes, and then not', () => {
  let now = 0;
  const seen = new Seen<string>({ monotonic: () => now });
  seen.set('a', 'first');
  now = 600_000;
  expect(seen.get('a')).toBe('first');
  now = 600_001;
  expect(seen.get('a')).toBeUndefined();
});

test('what came again is known from then on', () => {
  let now = 0;
  const seen = new Seen<string>({ monotonic: () => now });
  seen.set('a', 'first');
  seen.set('b', 'first');
  now = 500_000;
  seen.set('a', 'second');
  now = 700_000;
  expect(seen.get('a')).toBe('second');
  expect(seen.get('b')).toBeUndefined();
});

test('what came to nothing may come again', () => {
  const seen = new Seen<string>({ monotonic: () => 0 });
  seen.set('a', 'first');
  seen.forget('a');
  expect(seen.get('a')).toBeUndefined();
});

test('it does not grow beyond a bound: the oldest go', () => {
  const seen = new Seen<number>({ monotonic: () => 0 });
  for (let i = 0; i < 5000; i += 1) seen.set(String(i), i);
  expect(seen.get('0')).toBeUndefined();
  expect(seen.get('903')).toBeUndefined();
  expect(seen.get('904')).toBe(904);
  expect(seen.get('4999')).toBe(4999);
});
