import { expect, test } from 'vitest';
import { lineHash } from './chain.ts';
import { HeldLine } from './held-line.ts';

const MAX = 1024 * 1024;

function held(...parts: Uint8Array[]): HeldLine {
  const line = new HeldLine();
  for (const part of parts) line.push(part);
  return line;
}

test('a line is its pieces, one after the other', () => {
  const line = held(Buffer.from('ab'), Buffer.alloc(0), Buffer.from('c'));
  expect(line.length).toBe(3);
  expect(line.take()).toEqual({ bytes: Buffer.from('abc') });
});

test('a line of nothing is empty', () => expect(held().take()).toEqual({ bytes: Buffer.alloc(0) }));

test('of a line that is longer than any record the hash is kept', () => {
  const [first, rest] = [Buffer.alloc(MAX, 'x'), Buffer.from('yz')];
  expect(held(first).take()).toEqual({ bytes: first });
  expect(held(first, rest).take()).toEqual({ oversized: lineHash(Buffer.concat([first, rest])) });
  expect(held(Buffer.concat([first, rest])).take()).toEqual({ oversized: lineHash(Buffer.concat([first, rest])) });
});

test('the next line has nothing of the one before', () => {
  const line = held(Buffer.alloc(MAX + 1));
  line.take();
  line.push(Buffer.from('a'));
  expect([line.length, line.take()]).toEqual([1, { bytes: Buffer.from('a') }]);
  line.push(Buffer.from('b'));
  line.drop();
  expect([line.length, line.take()]).toEqual([0, { bytes: Buffer.alloc(0) }]);
});
