import { beforeEach, describe, expect, it } from 'vitest';
import { wordsOf } from './json-lexis.ts';
import { KeyTable, NO_KEY, UNKNOWN } from './key-table.ts';

let table: KeyTable;
beforeEach(() => {
  table = new KeyTable();
  table.begin();
});

/** A key as it stands in a text, with what follows. */
function take(written: string): number {
  const bytes = Buffer.from(`${written}":1}`);
  return table.take(bytes, 0, bytes.length - 4);
}

function behind(text: string, id: number): number {
  const bytes = Buffer.from(text);
  return table.behind(bytes, wordsOf(bytes), 0, id);
}

describe('a key', () => {
  it('has one id, however it is written, and its name', () => {
    const id = take('method');
    expect([take('method'), take('m\\u0065thod'), table.nameOf(id)]).toEqual([id, id, 'method']);
    expect(take('methods')).not.toBe(id);
  });

  it.each(['a', 'abc', 'abcd', 'größe', 'a long key of some words'])('is known again by its bytes: %s', (written) => {
    const id = take(written);
    expect(behind(`${written}": 1`, id)).toBe(Buffer.byteLength(written) + 1);
    for (const other of [written, `${written}x"`, `x${written}"`, `${written.slice(1)}"`, '']) {
      expect(behind(other, id), other).toBe(UNKNOWN);
    }
  });

  it('is not known by bytes that have an escape in them, which mean something else elsewhere', () => {
    const id = take('a\\"b');
    expect([take('a\\"b'), table.nameOf(id), behind('a\\"b"', id), behind('a"b"', id)]).toEqual([
      ...[id, 'a"b', UNKNOWN, UNKNOWN],
    ]);
    expect(behind('\\u0061"', take('\\u0061'))).toBe(UNKNOWN);
  });

  it('says that a text has one with an escape, until the next begins', () => {
    take('a');
    expect(table.sawEscape).toBe(false);
    take('\\u0061');
    expect(table.sawEscape).toBe(true);
    table.begin();
    expect(table.sawEscape).toBe(false);
  });

  it('is in one group with those that some server takes for the same', () => {
    const groupOf = (written: string) => table.groupOf(take(written));
    expect([groupOf('path'), groupOf('PATH'), groupOf('p\\u0061th')]).toEqual(Array(3).fill(groupOf('Path')));
    expect(groupOf('paths')).not.toBe(groupOf('path'));
  });

  it('is expected where it was last', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(take) as [number, number, number];
    expect(table.likely(a, false)).toBe(NO_KEY);
    table.expect(b, a, false);
    table.expect(c, a, true);
    expect([table.likely(a, false), table.likely(a, true)]).toEqual([b, c]);
    table.expect(c, a, false);
    expect(table.likely(a, false)).toBe(c);
  });
});

describe('a closer look', () => {
  it.each([
    ['a prototype', '__proto__'],
    ['piled marks', `a${'\u0301'.repeat(40)}`],
    ['a very long key', 'x'.repeat(129)],
  ])('is asked for by %s', (_name, written) => expect(take(written)).toBe(UNKNOWN));

  it('is asked for by very many keys, of which none is known later', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => take(`key${i}`));
    expect([ids.indexOf(UNKNOWN), ids.at(-1)]).toEqual([4095, UNKNOWN]);
    table.begin();
    expect(take('another')).toBe(NO_KEY + 1);
  });

  it('begins anew with no key that is expected first', () => {
    table.expect(take('method'), NO_KEY, true);
    for (let i = 0; i < 3000; i++) take(`key${i}`);
    table.begin();
    expect(table.likely(NO_KEY, true)).toBe(NO_KEY);
  });

  it('is asked for by keys that take long to fold', () => {
    const ids = Array.from({ length: 100 }, (_, i) => take(`${'ö\u0308'.repeat(20)}${i}`));
    expect(ids).toContain(UNKNOWN);
    expect(ids[0]).toBe(NO_KEY + 1);
  });
});
