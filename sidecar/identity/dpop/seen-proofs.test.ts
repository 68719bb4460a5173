import { expect, it } from 'vitest';
import { SeenProofs } from './seen-proofs.ts';

it('takes each once', () => {
  const seen = new SeenProofs(99);
  expect(seen.take('a', 100)).toBe(true);
  expect(seen.take('a', 100)).toBe(false);
  expect(seen.take('b', 100)).toBe(true);
});

it('takes none of a time of which it knows nothing', () => {
  const seen = new SeenProofs(99);
  expect(seen.take('a', 99)).toBe(false);
  expect(seen.isForgotten(99)).toBe(true);
  expect(seen.isForgotten(100)).toBe(false);
});

it('forgets what is too old to be taken, and takes it no more', () => {
  const seen = new SeenProofs(0);
  seen.take('a', 100);
  seen.take('b', 101);
  seen.forgetUpTo(100);
  expect(seen.size).toBe(1);
  expect(seen.take('a', 100)).toBe(false);
  expect(seen.take('b', 101)).toBe(false);
  seen.forgetUpTo(50);
  expect(seen.forgotten).toBe(100);
});

it('is bounded, and nothing is taken twice for it: the oldest are refused instead', () => {
  const seen = new SeenProofs(0, 100);
  const taken = new Set<string>();
  for (let i = 0; i < 2_000; i++) {
    const [id, second] = [`p${i % 700}`, 1 + (i % 40)];
    const name = `${id} ${second}`;
    if (!seen.take(id, second)) continue;
    expect(taken).not.toContain(name);
    taken.add(name);
    expect(seen.size).toBeLessThanOrEqual(100);
  }
  expect(seen.forgotten).toBeGreaterThan(0);
});

it('of one second alone is forgotten, too, when it is too much', () => {
  const seen = new SeenProofs(0, 3);
  for (const id of ['a', 'b', 'c', 'd']) expect(seen.take(id, 7)).toBe(true);
  expect(seen.size).toBe(0);
  expect(seen.take('a', 7)).toBe(false);
});
