import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pieces } from './pieces.ts';
import { SseOverflow, messageEvent, readFields, readPieces, replaceData, withoutOthers } from './sse.ts';
import { SseSplitter } from './sse-splitter.ts';
import { atEachByte, cutAt } from './testing/cut-pieces.ts';

const read = (text: string) => {
  const { data, ...fields } = readFields({ raw: Buffer.from(text), isFirst: true });
  return { ...fields, data: data?.toString() };
};

describe('readFields', () => {
  it.each([
    ['data: a', { event: 'message', data: 'a', id: undefined }],
    ['data:a\ndata: b', { event: 'message', data: 'a\nb', id: undefined }],
    ['event: e\nid: 7\ndata: x', { event: 'e', data: 'x', id: '7' }],
    ['id: 1\nretry: 5000\ndata: ', { event: 'message', data: '', id: '1' }],
    ['data', { event: 'message', data: '', id: undefined }],
    ['event\ndata: x', { event: 'message', data: 'x', id: undefined }],
    [': only a comment', { event: 'message', data: undefined, id: undefined }],
  ])('reads %j', (text, fields) => {
    expect(read(`${text}\n\n`)).toEqual({ ...fields, hasOthers: false });
  });

  it('takes many lines, but not very many', () => {
    expect(read('data: x\n'.repeat(100_000)).data).toHaveLength(199_999);
    expect(() => read('data: x\n'.repeat(100_001))).toThrow(SseOverflow);
  });

  it('reads back what messageEvent writes', () => {
    expect(read(messageEvent('{"a":1}').toString()).data).toBe('{"a":1}');
  });

  it('are read behind a byte order mark, which clients pass over', () => {
    expect(read('\ufeffdata: a\n\n')).toMatchObject({ data: 'a', hasOthers: true });
  });

  it('a byte order mark further on is no mark, but part of a field that nobody knows', () => {
    const event = { raw: Buffer.from('\ufeffdata: a\ndata: b\n\n') };
    expect(readFields(event)).toMatchObject({ data: Buffer.from('b'), hasOthers: true });
    expect(withoutOthers(event).raw.toString()).toBe('data: b\n\n');
  });

  it.each([
    ['a byte order mark', '\ufeffdata: a\nid: 1\n\n', 'data: a\nid: 1\n\n'],
    ['the letters of one', '\u00ef\u00bb\u00bfdata: a\nid: 1\n\n', 'id: 1\n\n'],
    ['both', '\ufeff\u00ef\u00bb\u00bfdata: a\n\n', '\n'],
    ['an id with a NUL, which is none', 'id: a\u0000b\nid: 1\ndata: x\n\n', 'id: 1\ndata: x\n\n'],
    ['a field that nobody knows', 'Data: a\n: comment\nretry: 1\ndata: b\n\n', ': comment\nretry: 1\ndata: b\n\n'],
  ])('withoutOthers takes out %s', (_name, text, expected) => {
    expect(read(text).hasOthers).toBe(true);
    expect(withoutOthers({ raw: Buffer.from(text), isFirst: true }).raw.toString()).toBe(expected);
  });
});

describe('readPieces', () => {
  it('reads an event in pieces like one in one piece', () => {
    const line = fc.constantFrom(
      ...['data: x', 'data:y', 'data', 'id: 1', 'id: \0', ': c', 'event: e', 'event', 'retry: 5', 'Data: z', 'datax'],
    );
    const lines = fc.array(line, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, fc.boolean(), fc.array(fc.nat(), { maxLength: 6 }), (all, isMarked, cuts) => {
        const raw = Buffer.from(`${isMarked ? '\ufeff' : ''}${all.join('\n')}\n\n`);
        const [event] = new SseSplitter(1000).push(raw);
        const expected = readFields({ raw, isFirst: true });
        for (const text of [Pieces.of(raw), cutAt(raw, cuts), atEachByte(raw)]) {
          expect(readFields({ text, lines: event?.lines ?? [], isFirst: true, raw: text.whole })).toEqual(expected);
        }
      }),
    );
  });

  it('leaves data in the pieces that it came in', () => {
    const raw = Buffer.from(`data: ${'x'.repeat(100)}\n\n`);
    const text = cutAt(raw, [4, 50]);
    const { data } = readPieces({ text, lines: [0, 106], raw: Buffer.alloc(0) });
    expect(data?.list.map(({ length }) => length)).toEqual([44, 56]);
    expect(text.isWhole).toBe(false);
  });
});

describe('replaceData', () => {
  it('keeps id and retry, so that a client can still resume', () => {
    const event = { raw: Buffer.from('id: 1\nretry: 5\ndata: old\ndata: older\n\n') };
    expect(replaceData(event, 'new').raw.toString()).toBe('id: 1\nretry: 5\ndata: new\n\n');
    expect(replaceData(event, undefined).raw.toString()).toBe('id: 1\nretry: 5\n\n');
  });
});
