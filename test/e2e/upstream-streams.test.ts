/** Clients that read slowly or leave. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { sendTransfer } from '../support/held-calls.ts';
import { callTool, legacyHeaders, modernHeaders, modernRequest } from '../support/messages.ts';
import { startMisbehaving } from '../support/misbehaving-server.ts';
import { rawBytes } from '../support/raw-http.ts';
import { openSession } from '../support/session.ts';

const { defer, use } = cleanupAfterEach();
const MIB = 1 << 20;

it.each<[name: string, type: string, chunk: string, last: string]>([
  [
    'large events',
    'text/event-stream',
    `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${'x'.repeat(MIB)}"}}\n\n`,
    'data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
  ],
  [
    'many small events',
    'text/event-stream',
    'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n'.repeat(10_000),
    'data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
  ],
])('a client that reads slowly slows the server down: %s', async (_name, type, chunk, last) => {
  const total = 64;
  let written = 0;
  const server = await use(startMisbehaving());
  server.answer((response) => {
    response.writeHead(200, { 'content-type': type });
    const more = (): void => {
      while (written < total) {
        written++;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      response.end(last);
    };
    more();
  });
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  defer(() => process.off('warning', onWarning));
  const gate = await use(startGate({ upstream: server.url }));
  const socket = connect(gate.port, '127.0.0.1');
  defer(() => socket.destroy());
  socket.pause();
  const body = modernRequest('tools/call', { name: 'echo', arguments: {} });
  socket.write(
    rawBytes(gate.port, { headers: [...modernHeaders('tools/call', 'echo'), ['Connection', 'close']], body }),
  );

  let before = -1;
  await eventually('the server has to wait', async () => {
    await sleep(100);
    const stalled = written > 0 && written === before;
    before = written;
    return stalled;
  });
  expect(written).toBeLessThan(total);

  let received = 0;
  let tail = '';
  socket.on('data', (data) => {
    received += data.length;
    tail = (tail + data.toString('latin1')).slice(-200);
  });
  socket.resume();
  await once(socket, 'close');
  expect(written).toBe(total);
  expect(received).toBeGreaterThan(total * chunk.length);
  expect(tail).toContain('"result":{}');
  expect(warnings).toEqual([]);
});

it('a client of 2026-07-28 that leaves: the server is told, and stops', async () => {
  const fixture = await use(startFixture());
  const gate = await use(startGate({ upstream: fixture.url }));
  const socket = sendTransfer(gate, { ms: 5000 }, { tool: 'slow' });
  await eventually('the tool runs', () => fixture.executed.includes('slow'));
  socket.destroy();
  await eventually('the tool is aborted', () => fixture.aborted.includes('slow'));
  expect(await gate.decisions(1)).toMatchObject([{ outcome: 'client-gone', tool: 'slow' }]);
});

it('a legacy client that leaves: the server goes on, because the client may come back for the answer', async () => {
  const fixture = await use(startFixture());
  const gate = await use(startGate({ upstream: fixture.url }));
  const session = await openSession(gate);
  const socket = connect(gate.port, '127.0.0.1');
  socket.write(rawBytes(gate.port, { headers: legacyHeaders(session), body: callTool('slow', { ms: 300 }) }));
  await eventually('the tool runs', () => fixture.executed.includes('slow'));
  socket.destroy();
  await eventually('the tool has finished', () => fixture.finished.includes('slow'));
  expect(fixture.aborted).toEqual([]);
  expect((await gate.decisions(2)).at(-1)).toMatchObject({ outcome: 'client-gone', tool: 'slow' });
});

it('a client that closes its standalone stream: so is the one at the server', async () => {
  const server = await use(startMisbehaving());
  let closed = false;
  server.answer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    response.once('close', () => {
      closed = true;
    });
  });
  const gate = await use(startGate({ upstream: server.url }));
  const abort = new AbortController();
  const stream = await fetch(gate.url, { headers: { accept: 'text/event-stream' }, signal: abort.signal });
  expect(stream.status).toBe(200);
  abort.abort();
  await eventually('the stream at the server is closed', () => closed);
  expect(await gate.decisions(1)).toMatchObject([{ method: 'GET', outcome: 'streaming' }]);
});
