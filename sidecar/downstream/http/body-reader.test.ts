/** Bodies as they come in over a connection, in whatever pieces, at a gate that takes four kilobytes. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { cleanupAfterAll } from '../../../test/support/cleanup.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { JSON_HEADERS, request } from '../../../test/support/messages.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { type RawRequest, type RawResponse, rawBytes, rawExchange } from '../../../test/support/raw-http.ts';
import { NOBODY_LISTENS } from '../../upstream/upstream.ts';

const LIMIT = 4096;
const { use } = cleanupAfterAll();
let gate: TestGate;
/** What the server was asked, as text. */
const forwarded: string[] = [];

beforeAll(async () => {
  const policy = policyOf({ ...ALLOW_ALL, limits: { body: '4Ki' } }, { anonymous: true });
  gate = await use(
    startGate({
      policy,
      upstream: () => ({
        url: undefined,
        endpointIn: () => undefined,
        close: async () => {},
        send({ body, message }, sink) {
          forwarded.push(body?.toString() ?? '');
          sink.onHead(200, { 'content-type': 'application/json' });
          const id = message?.kind === 'request' ? message.id : null;
          sink.onData(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result: {} })));
          sink.onEnd();
          return { resume() {}, abort() {} };
        },
      }),
    }),
  );
  expect(NOBODY_LISTENS.onData(Buffer.alloc(0))).toBe(true);
});

/** A call of exactly so many bytes, with its id at the end. */
function bodyOf(bytes: number, id: string): string {
  const [start, end] = ['{"jsonrpc":"2.0","method":"ping","params":{"_meta":{"x":"', `"}},"id":"${id}"}`];
  return start + 'x'.repeat(bytes - start.length - end.length) + end;
}
const post = (over: RawRequest): Promise<RawResponse> => rawExchange(gate.port, { headers: JSON_HEADERS, ...over });
const answerOf = ({ body }: RawResponse): { id?: unknown; error?: { message?: string } } =>
  JSON.parse(body.replace(/^data: /m, '').replace(/^event: .*$/m, '')) as { id?: unknown };

describe('a body', () => {
  test.each([undefined, 1, 7, 100, LIMIT])('comes whole, in chunks of %s', async (chunked) => {
    const body = request('ping', {}, `chunks-${chunked}`);
    const response = await post({ body, ...(chunked === undefined ? {} : { chunked }) });
    expect(answerOf(response)).toMatchObject({ id: `chunks-${chunked}` });
    expect(forwarded.at(-1)).toBe(body);
  });

  test.each([undefined, 1000])('may be as long as the policy says, in chunks of %s', async (chunked) => {
    const response = await post({ body: bodyOf(LIMIT, 'full'), ...(chunked === undefined ? {} : { chunked }) });
    expect(answerOf(response).error?.message ?? '').not.toContain('too large');
  });

  test.each([100, LIMIT, LIMIT + 1])(
    'of one byte more is refused under its own id, in chunks of %i',
    async (chunked) => {
      const before = forwarded.length;
      const response = await post({ body: bodyOf(LIMIT + 1, 'over'), chunked });
      expect(answerOf(response)).toMatchObject({ id: 'over', error: { code: -32_600 } });
      expect(forwarded).toHaveLength(before);
    },
  );

  test('of which the end is far is refused under its own id as well', async () => {
    expect(answerOf(await post({ body: bodyOf(200_000, 'far'), chunked: 8_000 }))).toMatchObject({ id: 'far' });
  });

  test('that is nothing is no message', async () => {
    expect((await post({ body: '' })).status).toBe(400);
    expect((await post({ body: '', chunked: 1 })).status).toBe(400);
  });
});

describe('a client that asks first', () => {
  const expecting = (length: number): [string, string][] => [
    ...JSON_HEADERS,
    ['Expect', '100-continue'],
    ['Content-Length', String(length)],
  ];
  test('is told to go on when there is room for what it announces', async () => {
    const body = request('ping', {}, 'asked');
    const response = await post({ headers: expecting(Buffer.byteLength(body)), body });
    expect([response.interim, answerOf(response).id]).toEqual([[100], 'asked']);
  });
  test('is not when it announces too much', async () => {
    const { interim, status } = await post({ headers: expecting(LIMIT + 1), headOnly: true });
    expect([interim, status]).toEqual([[], 413]);
  });
});

describe('a body that does not come to its end', () => {
  /** Sends these bytes behind a head and ends its side, or cuts the connection. */
  async function broken(tail: string, how: 'end' | 'destroy'): Promise<string> {
    const before = (await gate.decisions()).length;
    const socket = connect(gate.port, '127.0.0.1');
    await once(socket, 'connect');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString())).on('error', () => {});
    const head = rawBytes(gate.port, { headers: [...JSON_HEADERS, ['Transfer-Encoding', 'chunked']], headOnly: true });
    socket.write(Buffer.concat([head, Buffer.from(tail)]));
    if (how === 'end') socket.end();
    else setTimeout(() => socket.destroy(), 20);
    await once(socket, 'close');
    const lines = await gate.decisions(before + 1);
    expect(lines.at(-1)).toMatchObject({ outcome: 'refused' });
    return received;
  }

  test.each(['end', 'destroy'] as const)('is on record, and asks the server nothing: %s', async (how) => {
    const before = forwarded.length;
    await broken('10\r\n{"jsonrpc":"2.0"', how);
    expect(forwarded).toHaveLength(before);
  });

  test('is answered where its framing is broken, and its connection ends', async () => {
    expect(await broken('10\r\n{"jsonrpc":"2.0"\r\nzz\r\n', 'destroy')).toMatch(
      /^HTTP\/1\.1 400 [^]*connection: close/i,
    );
  });

  test('costs nobody else anything', async () => {
    expect((await post({ body: request('ping', {}, 'after') })).status).toBe(200);
  });
});
