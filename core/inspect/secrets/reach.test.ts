import { expect, it } from 'vitest';
import { reachOf } from './reach.ts';
import { PLACES } from './tables.ts';

it.each<[string, number]>([
  ['abc', 3],
  [String.raw`\bab\.c`, 4],
  ['[a-z0-9]{32}', 32],
  ['[^]{0,300}?x', 301],
  ['A(?:b|cd){2}', 7],
  [String.raw`(?i:x{2,4}(?=["']))`, 5],
  ['[A-Za-z0-9+/]{10,20}={0,3}', 23],
  [String.raw`(?<![\w-])a?b`, 3],
  ['a+', 4096],
  ['a{2,}', 4096],
])('%s looks at %i characters', (pattern, reach) => {
  expect(reachOf(pattern)).toBe(reach);
});

it('each rule of the tables has a bound', () => {
  const reaches = [...PLACES.values()].flatMap(({ tokens, names }) => [...tokens, ...names].map(({ reach }) => reach));
  expect(Math.max(...reaches)).toBeLessThan(100_000);
  expect(Math.min(...reaches)).toBeGreaterThan(4);
});
