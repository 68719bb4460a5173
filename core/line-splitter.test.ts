import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

function split(chunks: readonly string[], maxBytes = 1000): { lines: string[]; fits: boolean } {
  const lines: string[] = [];
  const splitter = new LineSplitter(maxBytes, (line) => lines.push(line.toString()));
  const fits = chunks.every((chunk) => splitter.push(Buffer.from(chunk)));
  return { lines, fits };
}

describe('LineSplitter', () => {
  it.each([
    ['lines of one chunk', ['a\nb\n'], ['a', 'b']],
    ['a line in pieces', ['a', 'b', 'c\n'], ['abc']],
    ['carriage returns', ['a\r\nb\r', '\n'], ['a', 'b']],
    ['empty lines', ['\n\na\n\n'], ['a']],
    ['a line without end', ['a'], []],
  ])('takes %s', (_name, chunks, lines) => {
    expect(split(chunks).lines).toEqual(lines);
  });

  it('gives the same lines wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r'), maxLength: 6 })), (chunks) => {
        expect(split(chunks).lines).toEqual(split([chunks.join('')]).lines);
      }),
    );
  });

  it('says when a line grows beyond its bound, ended or not', () => {
    expect(split(['aaaa', 'aaaa'], 6).fits).toBe(false);
    expect(split(['aaaaaaaa\n'], 6).fits).toBe(false);
    expect(split(['aaaaaa\n'], 6).fits).toBe(true);
  });
});
