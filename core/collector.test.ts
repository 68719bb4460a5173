import { describe, expect, it } from 'vitest';
import { Collector } from './collector.ts';

const collected = (expected: number, ...chunks: string[]): string => {
  const collector = new Collector(expected);
  for (const chunk of chunks) collector.push(Buffer.from(chunk));
  expect(collector.length).toBe(chunks.join('').length);
  return collector.take().toString();
};

describe('bytes that come in pieces', () => {
  it.each([
    ['none', 0, []],
    ['one', 0, ['abc']],
    ['several', 0, ['a', 'bc', 'def', 'ghij', 'k']],
    ['as many as were expected', 6, ['abc', 'def']],
    ['fewer than were expected', 10, ['abc', 'def']],
    ['more than were expected', 4, ['abc', 'def', 'ghi', 'jkl']],
    ['one larger than what was expected', 2, ['abcdef', 'g']],
  ] as [name: string, expected: number, chunks: string[]][])('are one in the end: %s', (_name, expected, chunks) => {
    expect(collected(expected, ...chunks)).toBe(chunks.join(''));
  });

  it('are not copied when there is only one', () => {
    const collector = new Collector();
    const chunk = Buffer.from('abc');
    collector.push(chunk);
    expect(collector.take().buffer).toBe(chunk.buffer);
  });

  it('of others stay as they are, whatever comes after them', () => {
    const collector = new Collector();
    const chunks = ['abc', 'def', 'x'.repeat(100), 'y'.repeat(1_000)].map((text) => Buffer.from(text));
    for (const chunk of chunks) collector.push(chunk);
    expect(chunks.map(String)).toEqual(['abc', 'def', 'x'.repeat(100), 'y'.repeat(1_000)]);
  });

  it('are let go of once they are taken', () => {
    const collector = new Collector();
    collector.push(Buffer.from('abc'));
    collector.push(Buffer.from('def'));
    const first = collector.take();
    expect(collector.length).toBe(0);
    collector.push(Buffer.from('x'));
    collector.push(Buffer.from('y'.repeat(100)));
    expect([first.toString(), collector.take().toString()]).toEqual(['abcdef', `x${'y'.repeat(100)}`]);
  });
});
