import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isConsistent, rootOfInclusion } from './verify-proof.ts';

/** Paths of the reference tree of eight entries (google/certificate-transparency, Apache-2.0), as RFC 9162 §2.1.5 draws them. */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const leaves = ENTRIES.map((hex) => hash('sha256', Buffer.from(`00${hex}`, 'hex'), 'buffer'));
const node = (...children: readonly (Uint8Array | undefined)[]): Buffer =>
  hash('sha256', Buffer.concat([Buffer.of(1), ...children.map((child) => child ?? Buffer.alloc(0))]), 'buffer');
const [a, b, c, d, e, f, g] = leaves;
const [ab, cd, ef] = [node(a, b), node(c, d), node(e, f)];
const abcd = node(ab, cd);
const seven = node(abcd, node(ef, g));

test.each([
  ['d0', 0, [b, cd, node(ef, g)], a],
  ['d3', 3, [c, ab, node(ef, g)], d],
  ['d4', 4, [f, g, abcd], e],
  ['d6', 6, [ef, abcd], g],
])('the path of %s is that of RFC 9162 §2.1.5', (_, index, path, leaf) => {
  const whole = path.map((sibling) => sibling ?? Buffer.alloc(0));
  expect(rootOfInclusion({ index, size: 7, path: whole }, leaf ?? Buffer.alloc(0))).toEqual(seven);
});

test.each([
  ['3', 3, node(ab, c), [c, d, ab, node(ef, g)]],
  ['4', 4, abcd, [node(ef, g)]],
  ['6', 6, node(abcd, ef), [ef, g, abcd]],
])('the proof from %s to 7 is that of RFC 9162 §2.1.5', (_, size, root, proof) => {
  const whole = proof.map((sibling) => sibling ?? Buffer.alloc(0));
  expect(isConsistent({ size, root }, { size: 7, root: seven }, whole)).toBe(true);
});
