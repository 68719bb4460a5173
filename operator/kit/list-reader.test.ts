import { describe, expect, it } from 'vitest';
import { ListReader } from './list-reader.ts';

function read(text: string, size: number): { items: unknown[]; frame: unknown } {
  const items: unknown[] = [];
  const reader = new ListReader((item) => items.push(item));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { items, frame: reader.end() };
}

const tricky = [
  { metadata: { name: 'a' }, spec: { items: [{ deep: [1, [2]] }], text: '}],"items":[{' } },
  { metadata: { name: 'b\\"' }, quote: '\\\\"]}', empty: {}, none: [], snow: '☃ "☃"' },
  {},
];

const lists: [string, string, unknown[], unknown][] = [
  [
    'as kinds of Kubernetes come',
    JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items: tricky }),
    tricky,
    { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items: [] },
  ],
  [
    'as custom resources come',
    JSON.stringify({ apiVersion: 'v1', items: tricky, kind: 'List', metadata: { continue: 'items' } }),
    tricky,
    { apiVersion: 'v1', items: [], kind: 'List', metadata: { continue: 'items' } },
  ],
  ['with spaces', JSON.stringify({ metadata: {}, items: tricky }, null, 2), tricky, { metadata: {}, items: [] }],
  [
    'without items',
    '{"metadata":{"resourceVersion":"7"},"items":[]}',
    [],
    { metadata: { resourceVersion: '7' }, items: [] },
  ],
  ['with null for none', '{"metadata":{},"items":null}', [], { metadata: {}, items: null }],
  [
    'with another list in it',
    '{"metadata":{"items":[1]},"other":[{"a":1}]}',
    [],
    { metadata: { items: [1] }, other: [{ a: 1 }] },
  ],
];

describe('a list read in pieces', () => {
  it.each(lists)('%s is the same however it is cut', (_, text, items, frame) => {
    for (const size of [1, 2, 3, 7, 64, 10_000]) expect(read(text, size)).toEqual({ items, frame });
  });

  it.each([
    ['that ends early', '{"metadata":{},"items":[{"a":1},{"b"'],
    ['that is no JSON', '<html>gateway</html>'],
    ['with an item that is none', '{"items":[{"a":tru}]}'],
    ['that is empty', ''],
  ])('one %s is an error', (_, text) => {
    expect(() => read(text, 10)).toThrow(SyntaxError);
  });

  it('one that goes on and on is cut off, in an item and beside them', () => {
    const reader = new ListReader(() => {});
    reader.push(Buffer.from('{"items":[{"a":"'));
    const more = Buffer.alloc(1024 * 1024, 'a');
    expect(() => {
      for (let i = 0; i < 20; i++) reader.push(more);
    }).toThrow('an item of more than 16777216 bytes');
    const html = new ListReader(() => {});
    expect(() => {
      for (let i = 0; i < 20; i++) html.push(more);
    }).toThrow('more than 1048576 bytes beside its items');
  });
});
