import { expect, test } from 'vitest';
import { splice } from '../../mcp/json-view.ts';
import { type TextLeaf, textLeaves } from '../../mcp/text-leaves.ts';
import { redact } from './redact.ts';
import type { Hit } from './screen.ts';

const bytes = Buffer.from('["abcdef","ghi",1234567890]');
const [first, second, third] = textLeaves(bytes, { start: 0, end: bytes.length }) as [TextLeaf, TextLeaf, TextLeaf];
const hit = (leaf: TextLeaf, start: number, end: number, more: Partial<Hit> = {}): Hit => ({
  ...{
    by: 0,
    kind: 'k',
    value: leaf.text.slice(start, end),
    leaf,
    span: { start, end },
    bareIn: 0,
    isBlank: false,
    rest: [],
  },
  ...more,
});
const after = (...hits: Hit[]): string => splice(bytes, redact(bytes, hits).edits).toString();

test('a value has one placeholder, however often it is there', () => {
  expect(after(hit(first, 0, 2, { value: 'x' }), hit(first, 3, 4), hit(second, 0, 3, { value: 'x' }))).toBe(
    '["[redacted: k-1]c[redacted: k-2]ef","[redacted: k-1]",1234567890]',
  );
});

test('what stands over another takes that with it', () => {
  expect(after(hit(first, 0, 3), hit(first, 2, 5, { kind: 'other' }), hit(first, 1, 2))).toBe(
    '["[redacted: k-1]f","ghi",1234567890]',
  );
});

test('a number becomes a string, also inside of a string', () => {
  expect(after(hit(third, 0, 10))).toBe('["abcdef","ghi","[redacted: k-1]"]');
  expect(after(hit(first, 1, 2, { bareIn: 2 }))).toBe('["a\\\\\\"[redacted: k-1]\\\\\\"cdef","ghi",1234567890]');
});

test('the rest of what is cut goes, and it counts once', () => {
  const cut = hit(first, 4, 6, { rest: [{ leaf: second, span: { start: 0, end: 1 } }] });
  expect(after(cut)).toBe('["abcd[redacted: k-1]","hi",1234567890]');
  expect([...redact(bytes, [cut, hit(third, 0, 10)]).redacted]).toEqual([['k', 2]]);
});

test('what shows nothing goes without a placeholder, but from the name of a member: that would be another name', () => {
  expect(after(hit(first, 1, 2, { isBlank: true }))).toBe('["acdef","ghi",1234567890]');
  const named = Buffer.from('{"too\u200bls":"a\u200bb"}');
  const [key, value] = textLeaves(named, { start: 0, end: named.length }) as [TextLeaf, TextLeaf];
  const hits = [hit(key, 3, 4, { isBlank: true }), hit(value, 1, 2, { isBlank: true })];
  expect(splice(named, redact(named, hits).edits).toString()).toBe('{"too[redacted: k-1]ls":"ab"}');
});
