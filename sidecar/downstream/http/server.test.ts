/** What comes to the listener that is no call, or hardly one. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { cleanupAfterEach } from '../../../test/support/cleanup.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { JSON_HEADERS, request } from '../../../test/support/messages.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { exchangeBytes, rawBytes, rawExchange } from '../../../test/support/raw-http.ts';
import type { Upstream, UpstreamSink } from '../../upstream/upstream.ts';
import { HttpServer } from './server.ts';

const { use, defer } = cleanupAfterEach();
let gate: TestGate;
/** Calls that the server has and does not answer by itself. */
let open: UpstreamSink[];
const upstream: Upstream = {
  url: undefined,
  endpointIn: () => undefined,
  close: async () => {},
  send(_request, sink) {
    open.push(sink);
    return { resume() {}, abort() {} };
  },
};
beforeEach(async () => {
  open = [];
  const access = { anonymous: true, origins: ['https://app.example.com'] };
  gate = await use(startGate({ policy: policyOf(ALLOW_ALL, access), upstream: () => upstream }));
});

const PING = request('ping');
const reasons = async (atLeast: number): Promise<string[]> =>
  (await gate.decisions(atLeast)).map(({ decision }) => decision.reason);

describe('what is no HTTP', () => {
  test.each([
    ['noise', 'hello\r\n\r\n', 400],
    ['the hello of TLS', '\u0016\u0003\u0001\u0002', 400],
    ['two lengths', 'POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['another version', 'GET /mcp HTTP/3.0\r\n\r\n', 505],
    ['a head that is too long', `GET /mcp HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is answered as such, and on record: %s', async (_name, bytes, status) => {
    const response = await exchangeBytes(gate.port, Buffer.from(bytes, 'latin1'));
    expect(response.status).toBe(status);
    expect(response.headers['connection']).toBe('close');
    expect(await reasons(1)).toHaveLength(1);
  });
});

test('a tunnel is refused', async () => {
  const { status } = await exchangeBytes(gate.port, Buffer.from('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'));
  expect([status, await reasons(1)]).toEqual([405, ['method-not-allowed']]);
});

test('a page of an allowed origin may ask, and read the answer', async () => {
  const origin = ['Origin', 'https://app.example.com'] as const;
  const preflight = await rawExchange(gate.port, {
    method: 'OPTIONS',
    headers: [origin, ['Access-Control-Request-Method', 'POST'], ['Access-Control-Request-Headers', 'mcp-param-x']],
  });
  expect(preflight).toMatchObject({ status: 204, headers: { 'access-control-allow-headers': 'mcp-param-x' } });
  const refused = await rawExchange(gate.port, { headers: [...JSON_HEADERS, origin], body: 'nonsense' });
  expect(refused).toMatchObject({ status: 400, headers: { 'access-control-allow-origin': 'https://app.example.com' } });
});

test.each([
  ['another origin', [['Origin', 'https://evil.example']], 403],
  ['no origin, so no page', [], 405],
] as const)('a preflight of %s asks for nothing that is given', async (_name, headers, status) => {
  const response = await rawExchange(gate.port, {
    method: 'OPTIONS',
    headers: [...headers, ['Access-Control-Request-Method', 'POST']],
  });
  expect([response.status, response.headers['access-control-allow-origin']]).toEqual([status, undefined]);
});

/** A connection on which a call waits for the server. */
async function waiting(): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(gate.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => {});
  defer(() => socket.destroy());
  socket.write(rawBytes(gate.port, { headers: JSON_HEADERS, body: PING }));
  const before = open.length;
  for (let i = 0; i < 500 && open.length === before; i++) await sleep(10);
  return { socket, received: () => text };
}
function answer(): void {
  const sink = open.shift();
  sink?.onHead(200, { 'content-type': 'application/json' });
  sink?.onData(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}'));
  sink?.onEnd();
}

describe('what follows a call on its connection and is no request', () => {
  test('does not take its answer away', async () => {
    const { socket, received } = await waiting();
    socket.write('nonsense\r\n\r\n');
    await sleep(50);
    answer();
    await once(socket, 'close');
    expect(received()).toMatch(/^HTTP\/1\.1 200 [^]*"result":\{\}/);
    expect(received().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('a listener that closes', () => {
  test('lets calls finish within their time, and takes no new connection', async () => {
    const server = new HttpServer(gate.gate);
    const port = await server.listen('127.0.0.1', 0);
    const call = rawExchange(port, { headers: JSON_HEADERS, body: PING });
    for (let i = 0; i < 500 && open.length === 0; i++) await sleep(10);
    const closed = server.close(5_000);
    await expect(rawExchange(port, { headers: JSON_HEADERS, body: PING })).rejects.toThrow(/ECONNREFUSED/);
    answer();
    expect((await call).headers['connection']).toBe('close');
    await closed;
  });

  test('answers those whose time is up: that the server may have executed them', async () => {
    const server = new HttpServer(gate.gate);
    const port = await server.listen('127.0.0.1', 0);
    const call = rawExchange(port, { headers: JSON_HEADERS, body: PING });
    for (let i = 0; i < 500 && open.length === 0; i++) await sleep(10);
    await server.close(0);
    expect((await call).body).toContain('may have executed the call');
  });

  test('that drains ends each connection with its answer', async () => {
    const server = new HttpServer(gate.gate);
    const port = await server.listen('127.0.0.1', 0);
    defer(() => server.close(0));
    server.drain();
    const call = rawExchange(port, { headers: JSON_HEADERS, body: PING });
    for (let i = 0; i < 500 && open.length === 0; i++) await sleep(10);
    answer();
    expect((await call).headers['connection']).toBe('close');
  });
});

test('a port that is taken is told to whoever wants to listen', async () => {
  await expect(new HttpServer(gate.gate).listen('127.0.0.1', gate.port)).rejects.toThrow(/EADDRINUSE/);
});
