import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bodyOf } from './body.ts';

const request = (chunks: Iterable<Buffer> | AsyncIterable<Buffer>) =>
  Readable.from(chunks) as unknown as IncomingMessage;

test('a body is JSON, in whatever pieces', async () => {
  expect(await bodyOf(request([Buffer.from('{"a"'), Buffer.from(':1}')]))).toEqual({ a: 1 });
  await expect(bodyOf(request([Buffer.from('{"a"')]))).rejects.toMatchObject({ status: 400 });
});

test('a body is bounded', async () => {
  const chunks = [Buffer.alloc(256 * 1024, ' '), Buffer.from('1')];
  await expect(bodyOf(request(chunks))).rejects.toMatchObject({ status: 413 });
});

test('pieces are not kept: each takes more memory than its bytes', async () => {
  const pieces = '{"a":1}'.split('').map((char) => Buffer.from(char));
  const sent = async function* () {
    yield* pieces;
    await immediate();
    for (const piece of pieces.slice(1)) piece.fill('x');
  };
  expect(await bodyOf(request(sent()))).toEqual({ a: 1 });
});
