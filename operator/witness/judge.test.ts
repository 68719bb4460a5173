import { expect, test } from 'vitest';
import { leafHash } from '../../core/audit/tree/compact-range.ts';
import { MarkedTree } from '../../core/audit/tree/marked-tree.ts';
import { judge } from './judge.ts';

const leaf = (n: number, of = 0): Buffer => leafHash((n * 1000 + of).toString(16).padStart(64, '0'));

/** Up to line `same`, the tree is that of everybody. */
function grown(size: number, same = size) {
  const tree = new MarkedTree();
  const heads = [{ size: 0, root: tree.root() }];
  for (let n = 0; n < size; n += 1) {
    tree.append(leaf(n, n < same ? 0 : 1));
    tree.mark();
    heads.push({ size: n + 1, root: tree.root() });
  }
  return {
    at: (to: number) => heads[to] ?? expect.fail(`no ${to}`),
    shown: (old: number, to: number) => ({ old, proof: tree.consistency(old, to) ?? [], head: heads[to] ?? heads[0]! }),
  };
}

const true_ = grown(12);
const forked = grown(12, 4);

test.each([
  ['the first one of a stream', undefined, true_.shown(0, 3), { kind: 'extends' }],
  ['a larger one that goes on from what is held', true_.at(5), true_.shown(5, 9), { kind: 'extends' }],
  ['the one that is held, again', true_.at(5), true_.shown(5, 5), { kind: 'held' }],
  ['one that forked after what is held', true_.at(3), forked.shown(3, 9), { kind: 'extends' }],
  ['a proof that begins before what is held', true_.at(5), true_.shown(3, 9), { kind: 'conflict', size: 5 }],
  ['a proof that begins after it', true_.at(3), true_.shown(5, 9), { kind: 'conflict', size: 3 }],
  ['a smaller one than what is held', true_.at(9), { ...true_.shown(5, 5), old: 9 }, { kind: 'conflict', size: 9 }],
  ['a proof of something, where nothing is held', undefined, { ...true_.shown(5, 9), old: 0 }, { kind: 'fork' }],
  ['other lines in the same number', true_.at(5), forked.shown(5, 5), { kind: 'fork' }],
  ['one that forked before what is held', true_.at(5), forked.shown(5, 9), { kind: 'fork' }],
  ['no proof where one is due', true_.at(5), { ...true_.shown(5, 9), proof: [] }, { kind: 'fork' }],
])('%s', (_, held, shown, expected) => {
  expect(judge(held, shown)).toMatchObject(expected);
});
