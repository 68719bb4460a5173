import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { CompactRange, leafHash, nodeHash } from './compact-range.ts';

/** Entries and roots of the reference trees of Certificate Transparency (google/certificate-transparency, Apache-2.0). */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const rawLeaf = (hex: string): Buffer => hash('sha256', Buffer.from(`00${hex}`, 'hex'), 'buffer');
const rootHex = (range: CompactRange): string => Buffer.from(range.root()).toString('hex');

test('roots are those of RFC 9162 trees', () => {
  const range = new CompactRange();
  const roots = [rootHex(range)];
  for (const entry of ENTRIES) {
    range.append(rawLeaf(entry));
    roots.push(rootHex(range));
  }
  expect(roots).toEqual(ROOTS);
});

test('the leaf of a line is made of its hash', () => {
  const lineHash = hash('sha256', '{"seq":0}', 'hex');
  expect(leafHash(lineHash)).toEqual(hash('sha256', Buffer.from(`00${lineHash}`, 'hex'), 'buffer'));
});

test('a tree goes on from its subtrees alone, whatever its size', () => {
  const leaves = Array.from({ length: 70 }, (_, at) => rawLeaf(at.toString(16).padStart(2, '0')));
  const whole = new CompactRange();
  leaves.forEach((leaf, size) => {
    const resumed = CompactRange.of(size, whole.hashes());
    for (const later of leaves.slice(size)) resumed?.append(later);
    whole.append(leaf);
    expect(resumed?.end).toBe(70);
    expect(resumed?.hashes().length).toBe(3);
    if (size === 69) expect(resumed === undefined ? '' : rootHex(resumed)).toBe(rootHex(whole));
  });
});

test.each([
  ['fewer hashes than the size has', 3, [32]],
  ['more hashes', 2, [32, 32]],
  ['what is no hash', 1, [31]],
])('no tree is made of %s', (_, size, lengths) => {
  expect(
    CompactRange.of(
      size,
      lengths.map((length) => Buffer.alloc(length)),
    ),
  ).toBeUndefined();
});

test('a range that begins in the middle keeps apart what has another parent', () => {
  const range = new CompactRange(3);
  const [a, b, c] = ['0a', '0b', '0c'].map(rawLeaf) as [Buffer, Buffer, Buffer];
  for (const leaf of [a, b, c]) range.append(leaf);
  expect(range.hashes()).toEqual([a, nodeHash(b, c)]);
});

test('sizes beyond 32 bits are counted rightly', () => {
  const range = new CompactRange();
  range.appendSubtree(40, rawLeaf('01'));
  range.append(rawLeaf('02'));
  range.append(rawLeaf('03'));
  expect(range.end).toBe(2 ** 40 + 2);
  expect(range.hashes()).toEqual([rawLeaf('01'), nodeHash(rawLeaf('02'), rawLeaf('03'))]);
});
