/** A server that cannot be reached: said at once, tried again with pauses, and used again when it is back. */
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { INITIALIZE, JSON_HEADERS, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { freePort } from '../support/ports.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterEach();

async function list(gate: TestGate): Promise<RawResponse> {
  return rawExchange(gate.port, { headers: modernHeaders('tools/list'), body: modernRequest('tools/list') });
}

it('is answered with 502 and JSON-RPC, in both eras, and recorded', async () => {
  const gate = await use(startGate({ upstream: `http://127.0.0.1:${await freePort()}/mcp` }));
  const legacy = await rawExchange(gate.port, { headers: JSON_HEADERS, body: INITIALIZE });
  for (const { status, body } of [legacy, await list(gate)]) {
    expect(status).toBe(502);
    expect(messagesIn(body)).toMatchObject([
      { id: 1, error: { code: -31020, message: /ECONNREFUSED/.exec(body) ? expect.anything() : '' } },
    ]);
  }
  const lines = await gate.decisions(2);
  expect(lines.map(({ outcome, decision }) => `${outcome} ${decision.reason} ${decision.effect}`)).toEqual(
    Array<string>(2).fill('upstream-error upstream-unreachable Allow'),
  );
  expect(await gate.gate.metrics.registry.metrics()).toMatch(
    /sallyport_upstream_errors_total\{[^}]*unreachable[^}]*\} 2/,
  );
});

it('fails at once after five failures, and recovers by itself', async () => {
  const port = await freePort();
  const gate = await use(startGate({ upstream: `http://127.0.0.1:${port}/mcp` }));
  for (let i = 0; i < 5; i++) expect((await list(gate)).body).toContain('ECONNREFUSED');
  expect((await list(gate)).body).toContain('it did not answer lately');
  const fixture = await use(startFixture(port));
  expect((await list(gate)).status).toBe(502);
  expect(fixture.seen).toEqual([]);
  await eventually('the server is used again', async () => (await list(gate)).status === 200);
  for (let i = 0; i < 3; i++) expect((await list(gate)).status).toBe(200);
});

it('is used by all again while the first call that reaches it takes its time', async () => {
  const port = await freePort();
  const gate = await use(startGate({ upstream: `http://127.0.0.1:${port}/mcp` }));
  for (let i = 0; i < 5; i++) await list(gate);
  const isSlow = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    // What asks for a stream hears nothing for as long as there is nothing to say.
    if (request.method === 'GET') isSlow.resolve();
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        '{"jsonrpc":"2.0","id":1,"result":{"tools":[],"resultType":"complete","ttlMs":0,"cacheScope":"private"}}',
      );
    }
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  defer(() => {
    server.closeAllConnections();
    server.close();
  });
  await sleep(600);
  const stream = get(gate.url, { headers: { accept: 'text/event-stream', 'mcp-protocol-version': '2025-06-18' } });
  stream.on('error', () => {});
  defer(() => void stream.destroy());
  await isSlow.promise;
  expect((await list(gate)).status).toBe(200);
});

it('a name that does not resolve is the same', async () => {
  const gate = await use(startGate({ upstream: 'http://no-such-host.invalid/mcp' }));
  const { status, body } = await list(gate);
  expect(status).toBe(502);
  expect(messagesIn(body)).toMatchObject([{ error: { code: -31020 } }]);
});
