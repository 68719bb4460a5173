import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { MAX_BODY, readBody } from './body.ts';
import type { Share } from './body-room.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function request(chunks: readonly Buffer[], more: object = {}): IncomingMessage {
  return Object.assign(Readable.from(chunks), {
    method: 'POST',
    headers: JSON_TYPE,
    ...more,
  }) as unknown as IncomingMessage;
}
const room: Share = { take: () => true, close: () => {} };
const read = (chunks: readonly Buffer[], more: object = {}, share = room) => readBody(request(chunks, more), share);

describe('a body', () => {
  test('is text, however it was cut on its way', async () => {
    const bytes = Buffer.from('{"a":"é"}');
    expect(await read([bytes.subarray(0, 7), bytes.subarray(7)])).toBe('{"a":"é"}');
  });

  test('may say its character set', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect(await read([Buffer.from('{}')], { headers })).toBe('{}');
  });

  test('is copied as it comes: pieces of one byte, each kept, would be a hundred times what was counted', async () => {
    const pieces = '{"a":1}'.split('').map((char) => Buffer.from(char));
    const sent = async function* () {
      yield* pieces;
      await immediate();
      for (const piece of pieces.slice(1)) piece.fill('x');
    };
    const message = Object.assign(Readable.from(sent()), { method: 'POST', headers: JSON_TYPE });
    expect(await readBody(message as unknown as IncomingMessage, room)).toBe('{"a":1}');
  });

  test('counts to the share of whoever sent it', async () => {
    let taken = 0;
    await read(
      [Buffer.alloc(10, 32), Buffer.alloc(5, 32)],
      {},
      { take: (bytes: number) => (taken += bytes) > 0, close: () => {} },
    );
    expect(taken).toBe(15);
  });
});

describe('is refused', () => {
  test.each<[string, number, readonly Buffer[], object]>([
    ['of another method', 405, [], { method: 'GET' }],
    ['of another type', 415, [], { headers: { 'content-type': 'text/plain' } }],
    ['without a type', 415, [], { headers: {} }],
    [
      'that says it is too large, before it has come',
      413,
      [],
      { headers: { ...JSON_TYPE, 'content-length': String(MAX_BODY + 1) } },
    ],
    ['that is too large and did not say so', 413, [Buffer.alloc(MAX_BODY), Buffer.alloc(1)], {}],
    ['that is not UTF-8', 400, [Buffer.from([0x22, 0xff, 0x22])], {}],
  ])('a body %s', async (_, status, chunks, more) => {
    expect(await read(chunks, more)).toMatchObject({ status });
  });

  test('a body for which there is no room', async () => {
    const full = { take: () => false, close: () => {} };
    expect(await read([Buffer.from('{}')], {}, full)).toMatchObject({ status: 503 });
  });

  test('and nobody is left to tell where the connection breaks', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('{');
        throw new Error('reset');
      })(),
    );
    const message = Object.assign(broken, { method: 'POST', headers: JSON_TYPE }) as unknown as IncomingMessage;
    expect(await readBody(message, room)).toMatchObject({ status: 0 });
  });
});
