import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MAX_BODY, readHookBody } from './body.ts';

function request(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): IncomingMessage {
  return Object.assign(Readable.from(chunks), { headers: {} }) as unknown as IncomingMessage;
}

test('a body is what came, in whatever pieces', async () => {
  expect(await readHookBody(request([Buffer.from('ab'), Buffer.from('c')]))).toEqual({ bytes: Buffer.from('abc') });
});

test('a body of one byte too many is none', async () => {
  expect(await readHookBody(request([Buffer.alloc(MAX_BODY)]))).toMatchObject({ bytes: { length: MAX_BODY } });
  const tooLarge = request([Buffer.alloc(MAX_BODY), Buffer.alloc(1)]);
  expect(await readHookBody(tooLarge)).toEqual({ problem: 'too-large' });
});

test('pieces are not kept: half a million of one byte, from anybody, would take all memory of the process', async () => {
  const pieces = 'payload'.split('').map((char) => Buffer.from(char));
  const sent = async function* () {
    yield* pieces;
    await immediate();
    for (const piece of pieces.slice(1)) piece.fill('x');
  };
  expect(await readHookBody(request(sent()))).toEqual({ bytes: Buffer.from('payload') });
});
