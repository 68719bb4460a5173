import { describe, expect, test } from 'vitest';
import { CompactRange, leafHash } from './compact-range.ts';
import { MarkedTree } from './marked-tree.ts';
import { isConsistent } from './verify-proof.ts';

const leaf = (n: number): Buffer => leafHash(n.toString(16).padStart(64, '0'));

function rootOf(size: number): Uint8Array {
  const range = new CompactRange();
  for (let n = 0; n < size; n += 1) range.append(leaf(n));
  return range.root();
}

const ROOTS = Array.from({ length: 71 }, (_, size) => rootOf(size));

function grown(size: number, marks: readonly number[]): MarkedTree {
  const tree = new MarkedTree();
  for (let n = 0; n <= size; n += 1) {
    if (marks.includes(n)) tree.mark();
    if (n < size) tree.append(leaf(n));
  }
  return tree;
}

const head = (size: number) => ({ size, root: ROOTS[size] as Uint8Array });

test('marks change neither the root nor the subtrees', () => {
  for (let mark = 0; mark <= 40; mark += 1) {
    const tree = grown(40, [mark, 20]);
    expect(tree.root()).toEqual(ROOTS[40]);
    expect(tree.hashes()).toEqual(grown(40, []).hashes());
    expect(tree.end).toBe(40);
  }
});

test('between any two sizes that are marked the proof holds, and for no other root', () => {
  for (let to = 0; to <= 40; to += 1) {
    for (let from = 0; from <= to; from += 1) {
      const tree = grown(40, [from, to]);
      const proof = tree.consistency(from, to);
      expect(proof, `${from} to ${to}`).toBeDefined();
      expect(isConsistent(head(from), head(to), proof ?? []), `${from} to ${to}`).toBe(true);
      if (from === 0) continue;
      const other = { size: from, root: leaf(99) };
      expect(isConsistent(other, head(to), proof ?? []), `${from} to ${to}`).toBe(false);
    }
  }
});

test('the size of now needs no mark, and 0 none either', () => {
  const tree = grown(23, [9]);
  expect(isConsistent(head(9), head(23), tree.consistency(9, 23) ?? [])).toBe(true);
  expect(tree.consistency(0, 23)).toEqual([]);
  expect(tree.consistency(23, 23)).toEqual([]);
  tree.mark();
  expect(isConsistent(head(9), head(23), tree.consistency(9, 23) ?? [])).toBe(true);
});

describe('there is no proof', () => {
  test.each([
    ['from a size without a mark', 8, 23],
    ['to a size without a mark', 9, 22],
    ['from a larger tree to a smaller one', 23, 9],
    ['to a tree that is not there yet', 9, 24],
  ])('%s', (_, from, to) => {
    expect(grown(23, [9]).consistency(from, to)).toBeUndefined();
  });
});

test('of many marks the one that is held stays, and the newest', () => {
  const tree = new MarkedTree();
  for (let n = 0; n < 70; n += 1) {
    tree.append(leaf(n));
    tree.mark();
    if (n === 4) tree.keep(3, 5);
  }
  expect(isConsistent(head(3), head(70), tree.consistency(3, 70) ?? [])).toBe(true);
  expect(isConsistent(head(60), head(70), tree.consistency(60, 70) ?? [])).toBe(true);
  expect(isConsistent(head(5), head(70), tree.consistency(5, 70) ?? [])).toBe(true);
  expect(tree.consistency(30, 70)).toBeUndefined();
  tree.keep(60);
  expect(tree.consistency(3, 70)).toBeUndefined();
  expect(isConsistent(head(60), head(70), tree.consistency(60, 70) ?? [])).toBe(true);
  expect(tree.root()).toEqual(ROOTS[70]);
});
