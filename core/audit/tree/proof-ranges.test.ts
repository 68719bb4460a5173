import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { CompactRange, subtrees } from './compact-range.ts';
import { consistencyRanges, inclusionRanges, type LeafRange, RangeHashes } from './proof-ranges.ts';
import { isConsistent, rootOfInclusion } from './verify-proof.ts';

const SIZES = 40;
const LEAVES = Array.from({ length: SIZES }, (_, at) => hash('sha256', `leaf ${at}`, 'buffer'));

function treeOf(size: number): CompactRange {
  const tree = new CompactRange();
  for (const leaf of LEAVES.slice(0, size)) tree.append(leaf);
  return tree;
}

/** From the leaf `from` on; what is before is known by its subtrees. */
function hashesOf(ranges: readonly LeafRange[], size: number, from = 0): Uint8Array[] {
  const hashes = new RangeHashes(ranges);
  const known = treeOf(from).hashes();
  [...subtrees(from)].forEach((subtree, at) => hashes.subtree(subtree, known[at] ?? Buffer.alloc(0)));
  for (let at = from; at < size; at += 1) hashes.leaf(at, LEAVES[at] ?? Buffer.alloc(0));
  return hashes.take() ?? [];
}

test('each leaf of each tree has a path that leads to its root', () => {
  for (let size = 1; size <= SIZES; size += 1) {
    const root = treeOf(size).root();
    for (let index = 0; index < size; index += 1) {
      const path = hashesOf(inclusionRanges(index, size), size);
      expect(rootOfInclusion({ index, size, path }, LEAVES[index] ?? Buffer.alloc(0))).toEqual(root);
    }
  }
});

test('a path is found without the lines before, where their subtrees are known', () => {
  for (let from = 0; from < 30; from += 1) {
    const path = hashesOf(inclusionRanges(30, SIZES), SIZES, from);
    expect(rootOfInclusion({ index: 30, size: SIZES, path }, LEAVES[30] ?? Buffer.alloc(0))).toEqual(
      treeOf(SIZES).root(),
    );
  }
});

test('nothing but the leaf in its place leads to the root', () => {
  const size = 21;
  const root = Buffer.from(treeOf(size).root());
  const path = hashesOf(inclusionRanges(13, size), size);
  const leaf = LEAVES[13] ?? Buffer.alloc(0);
  const leads = (index: number, of: number, by: readonly Uint8Array[], from: Uint8Array): boolean =>
    root.equals(rootOfInclusion({ index, size: of, path: by }, from) ?? Buffer.alloc(0));
  expect(leads(13, size, path, leaf)).toBe(true);
  expect(leads(12, size, path, leaf)).toBe(false);
  expect(leads(13, size, path, LEAVES[12] ?? Buffer.alloc(0))).toBe(false);
  expect(leads(13, size, path.slice(1), leaf)).toBe(false);
  expect(leads(13, size, [...path, leaf], leaf)).toBe(false);
  expect(leads(13, size, path.toReversed(), leaf)).toBe(false);
  expect(leads(21, size, path, leaf)).toBe(false);
});

test('each tree is proven to go on from each smaller one', () => {
  for (let size = 1; size <= SIZES; size += 1) {
    const newer = { size, root: treeOf(size).root() };
    for (let from = 1; from <= size; from += 1) {
      const proof = hashesOf(consistencyRanges(from, size), size);
      expect(isConsistent({ size: from, root: treeOf(from).root() }, newer, proof)).toBe(true);
    }
  }
});

test('a tree with another beginning is not proven', () => {
  for (let size = 2; size <= SIZES; size += 1) {
    const newer = { size, root: treeOf(size).root() };
    for (let from = 1; from < size; from += 1) {
      const proof = hashesOf(consistencyRanges(from, size), size);
      const older = { size: from, root: hash('sha256', 'another', 'buffer') };
      expect(isConsistent(older, newer, proof)).toBe(false);
      expect(isConsistent({ size: from, root: treeOf(from).root() }, newer, [...proof, older.root])).toBe(false);
      expect(isConsistent({ size: from, root: treeOf(from).root() }, { ...newer, root: older.root }, proof)).toBe(
        false,
      );
    }
  }
});

test('a smaller tree is no continuation, the same one is its own, and all go on from nothing', () => {
  const five = { size: 5, root: treeOf(5).root() };
  const four = { size: 4, root: treeOf(4).root() };
  expect(isConsistent(five, four, [])).toBe(false);
  expect(isConsistent(five, five, [])).toBe(true);
  expect(isConsistent(five, { ...five, root: four.root }, [])).toBe(false);
  expect(isConsistent({ size: 0, root: treeOf(0).root() }, five, [])).toBe(true);
  expect(isConsistent(four, five, [])).toBe(false);
});

test('no proof is made while a leaf is missing', () => {
  const hashes = new RangeHashes(inclusionRanges(0, 4));
  hashes.leaf(1, LEAVES[1] ?? Buffer.alloc(0));
  hashes.leaf(2, LEAVES[2] ?? Buffer.alloc(0));
  expect(hashes.take()).toBeUndefined();
});
