import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseOverflow, SseSplitter, messageEvent, readFields, replaceData, withoutOthers } from './sse.ts';

const split = (text: string, cuts: readonly number[] = []): string[] => {
  const splitter = new SseSplitter(1000);
  const bytes = Buffer.from(text);
  const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return points
    .flatMap((point, i) => splitter.push(bytes.subarray(points[i - 1] ?? 0, point)))
    .map(({ raw }) => raw.toString());
};

describe('SseSplitter', () => {
  it.each([
    ['line feeds', 'data: a\n\ndata: b\n\n', ['data: a\n\n', 'data: b\n\n']],
    ['carriage returns and line feeds', 'data: a\r\n\r\ndata: b\r\n\r\n', ['data: a\r\n\r\n', 'data: b\r\n\r\n']],
    ['comments as events of their own', ': hi\n\ndata: a\n\n', [': hi\n\n', 'data: a\n\n']],
    ['several data lines', 'data: a\ndata: b\n\n', ['data: a\ndata: b\n\n']],
    ['nothing while an event is not complete', 'data: a\n', []],
  ])('cuts at blank lines: %s', (_name, text, events) => {
    expect(split(text)).toEqual(events);
  });

  it('cuts at blank lines made of carriage returns alone once the next byte shows that no line feed follows', () => {
    expect(split('data: a\r\rdata: b\r\r:')).toEqual(['data: a\r\r', 'data: b\r\r']);
  });

  it('loses and adds no byte, wherever the stream is cut', () => {
    const part = fc.constantFrom('data: x', 'id: 1', ': c', '\n', '\r\n', '\r', '\n\n', 'event: e', 'data:');
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(200)), (parts, cuts) => {
        const text = parts.join('');
        expect(text.startsWith(split(text, cuts).join(''))).toBe(true);
        expect(split(text, cuts).join('').length).toBe(split(text).join('').length);
      }),
    );
  });

  it('leaves events that it handed out as they are when more comes in', () => {
    const splitter = new SseSplitter(1000);
    splitter.push(Buffer.from('data: first'));
    const [first] = splitter.push(Buffer.from('\n\ndata: sec'));
    splitter.push(Buffer.from('ond, and longer than the first'));
    const [second] = splitter.push(Buffer.from('\n\n'));
    expect([first?.raw.toString(), second?.raw.toString()]).toEqual([
      'data: first\n\n',
      'data: second, and longer than the first\n\n',
    ]);
  });

  it('gives up on an event that grows beyond its bound', () => {
    const splitter = new SseSplitter(10);
    expect(() => splitter.push(Buffer.from('data: 0123456789'))).toThrow(SseOverflow);
  });
});

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

describe('replaceData', () => {
  it('keeps id and retry, so that a client can still resume', () => {
    const event = { raw: Buffer.from('id: 1\nretry: 5\ndata: old\ndata: older\n\n') };
    expect(replaceData(event, 'new').raw.toString()).toBe('id: 1\nretry: 5\ndata: new\n\n');
    expect(replaceData(event, undefined).raw.toString()).toBe('id: 1\nretry: 5\n\n');
  });
});
