import { expect, test } from 'vitest';
import { PiecesCell } from './pieces.ts';

const place = { of: 'ns/pack#stay/ends', whom: 'ada' };
const keep = (cell: PiecesCell, text: string, now: number): void =>
  cell.add({ kind: 'keep', ...place, text, most: 3, forMs: 60_000 }, now);
const kept = (cell: PiecesCell, now: number): readonly string[] =>
  cell.look({ kind: 'kept', ...place, withinMs: 60_000 }, now).texts;

test('the newest few are kept, and for so long', () => {
  const cell = new PiecesCell();
  for (const [i, text] of ['a', 'b', 'c', 'd'].entries()) keep(cell, text, 1000 * i);
  expect(kept(cell, 3000)).toEqual(['b', 'c', 'd']);
  expect(kept(cell, 62_500)).toEqual(['d']);
  expect(cell.expiresAt).toBe(63_000);
});

test('they are the same behind a file, and another’s are nobody else’s', () => {
  const [cell, again, other] = [new PiecesCell(), new PiecesCell(), new PiecesCell()];
  keep(cell, 'a', 1000);
  expect(again.fill(JSON.parse(JSON.stringify(cell.toJSON())) as unknown[])).toBe(true);
  expect(kept(again, 1000)).toEqual(['a']);
  other.fold();
  expect(kept(other, 1000)).toEqual([]);
  expect(new PiecesCell().fill(JSON.parse('[["a","b"]]') as unknown[])).toBe(false);
  expect(cell.bytes).toBeGreaterThan(other.bytes);
});
