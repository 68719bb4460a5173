/** Clients that take no events, before servers that answer with nothing else. */
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { LEGACY, callTool } from '../support/messages.ts';
import { startMisbehaving } from '../support/misbehaving-server.ts';

const { use } = cleanupAfterEach();

const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}';

async function callBehind(answer: (response: ServerResponse) => void): Promise<{ response: Response; gate: TestGate }> {
  const server = await use(startMisbehaving());
  server.answer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    answer(response);
  });
  const gate = await use(startGate({ upstream: server.url }));
  const response = await fetch(gate.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'mcp-protocol-version': LEGACY },
    body: callTool('echo'),
    signal: AbortSignal.timeout(3_000),
  });
  return { response, gate };
}

it('have their answer when it is there, though the server leaves its stream open', async () => {
  let isClosed = false;
  const { response, gate } = await callBehind((stream) => {
    stream.write(`data: ${ANSWER}\n\n`);
    stream.once('close', () => {
      isClosed = true;
    });
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.text()).toBe(ANSWER);
  // Of those calls there may be many: they do not count as open for as long as the server likes.
  expect(await gate.decisions(1)).toMatchObject([{ outcome: 'answered' }]);
  await eventually('the stream of the server is closed', () => isClosed);
});

it.each<[string, (stream: ServerResponse) => void]>([
  ['ends', (stream) => stream.end('id: a\ndata: \n\n')],
  ['breaks off', (stream) => stream.write('id: a\ndata: \n\n', () => stream.destroy())],
])('are told that there is no answer when a stream %s that others could resume', async (_how, answer) => {
  const { response } = await callBehind(answer);
  expect(await response.json()).toMatchObject({ id: 1, error: { message: expect.stringContaining('its') } });
  expect(response.status).toBe(200);
});
