import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseOverflow } from './sse.ts';
import { SseSplitter } from './sse-splitter.ts';
import { atEachByte, cutAt } from './testing/cut-pieces.ts';

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

  it('finds the same events, lines and marks, wherever the stream is cut', () => {
    const part = fc.constantFrom(
      'data: x',
      '\u2028',
      'é',
      '\n',
      '\r\n',
      '\r',
      '\n\n',
      '\u0085',
      '\v',
      '\ufeff',
      'id: 1',
    );
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(), { maxLength: 5 }), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const eventsOf = (chunks: readonly Buffer[]) => {
          const splitter = new SseSplitter(1000);
          return chunks
            .flatMap((chunk) => splitter.push(chunk))
            .map(({ raw, lines, isFirst, mayHaveOddLineEnds }) => ({
              raw: raw.toString(),
              lines,
              isFirst,
              // One too many is no harm: who sees it looks again.
              isOddUnnoticed: /[\v\u0085\u2028]/.test(raw.toString()) && mayHaveOddLineEnds !== true,
            }));
        };
        const expected = eventsOf([bytes]);
        expect(expected.some(({ isOddUnnoticed }) => isOddUnnoticed)).toBe(false);
        expect(eventsOf(cutAt(bytes, cuts).list)).toEqual(expected);
        expect(eventsOf(atEachByte(bytes).list)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps large chunks of an event as they are', () => {
    const splitter = new SseSplitter(1_000_000);
    const chunks = [Buffer.from(`data: ${'x'.repeat(40_000)}`), Buffer.alloc(40_000, 'y'), Buffer.from('\n\n')];
    const [event] = chunks.flatMap((chunk) => splitter.push(chunk));
    expect(event?.text?.list.map(({ buffer }) => buffer)).toEqual(chunks.map(({ buffer }) => buffer));
    expect(splitter.heldBytes).toBe(0);
  });

  it('gives up on an event that drips in beyond its bound', () => {
    const splitter = new SseSplitter(10);
    for (let i = 0; i < 10; i++) splitter.push(Buffer.from('x'));
    expect(() => splitter.push(Buffer.from('x'))).toThrow(SseOverflow);
  });
});
