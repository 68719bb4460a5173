/** A server that no connection can be made to is told from one that broke off its answer: what was not sent was not executed. */
import { createServer as createPlain } from 'node:net';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { issueForLoopback } from '../../sidecar/testing/certificates.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { startGate } from '../support/gate.ts';
import { messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { policyOf, ALLOW_ALL } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterEach();

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(async () => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

const { cert, key } = issueForLoopback();
const SERVERS: readonly (readonly [name: string, scheme: string, server: () => Server, says: RegExp])[] = [
  [
    'a certificate of a CA that nobody knows',
    'https',
    () => https.createServer({ cert, key }),
    /certificate is not trusted/,
  ],
  ['no TLS on the port', 'https', () => http.createServer((_, response) => response.end()), /does not speak TLS/],
  [
    'TLS of another version',
    'https',
    () => https.createServer({ cert, key, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' }),
    /TLS handshake/,
  ],
  [
    'a connection that ends in the handshake',
    'https',
    () => createPlain((socket) => socket.once('data', () => socket.resetAndDestroy())),
    /before anything was sent/,
  ],
];

describe.each(SERVERS)('%s', (_name, scheme, server, says) => {
  it('is a server that cannot be reached, for calls and for its OAuth', async () => {
    const url = `${scheme}://127.0.0.1:${await portOf(server())}/mcp`;
    const gate = await use(startGate({ upstream: url, policy: policyOf(ALLOW_ALL, { authorization: 'Server' }) }));
    const called = await rawExchange(gate.port, {
      headers: modernHeaders('tools/list'),
      body: modernRequest('tools/list'),
    });
    const asked = await rawExchange(gate.port, { method: 'GET', target: '/.well-known/oauth-protected-resource/mcp' });
    for (const { status, body } of [called, asked]) {
      expect(status).toBe(502);
      expect(messagesIn(body)).toMatchObject([
        { error: { code: -31020, message: expect.stringMatching(says) as unknown } },
      ]);
    }
    const lines = await gate.decisions(2);
    expect(lines.map(({ decision }) => decision.reason)).toEqual(['upstream-unreachable', 'upstream-unreachable']);
  });
});

it('an http URL of a TLS port says that it may be one', async () => {
  const url = `http://127.0.0.1:${await portOf(createPlain((socket) => socket.once('data', () => socket.end(Buffer.from('15030100020246', 'hex')))))}/mcp`;
  const gate = await use(startGate({ upstream: url }));
  const { status, body } = await rawExchange(gate.port, {
    headers: modernHeaders('tools/list'),
    body: modernRequest('tools/list'),
  });
  expect({ status, body }).toMatchObject({ status: 502, body: expect.stringMatching(/https:\/\//) as unknown });
});
