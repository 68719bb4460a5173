/** Connections on which nothing is asked: anybody can open them, so there must not be room for all. */
import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { AdminServer } from '../../sidecar/telemetry/admin-server.ts';
import { startGate } from '../support/gate.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawBytes, rawExchange } from '../support/raw-http.ts';

const { use, defer } = cleanupAfterEach();
const call = (name: string, args: Record<string, number>, id: number) => ({
  headers: modernHeaders('tools/call', name),
  body: modernRequest('tools/call', { name, arguments: args }, id),
});
const HALF_A_HEAD = `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${'X-Filler: a\r\n'.repeat(10)}`;

it(
  'half-sent heads without end neither end the gate nor keep anybody out, and cost no call that is being served',
  { tags: ['bounded'] },
  async () => {
    const fixture = await use(startFixture());
    const gate = await use(startGate({ upstream: fixture.url, policy: policyOf(ALLOW_ALL) }));
    const opened: Socket[] = [];
    defer(() => {
      for (const socket of opened) socket.destroy();
    });
    const open = async (text: string): Promise<Socket> => {
      const socket = connect(gate.port, '127.0.0.1').on('error', () => {});
      opened.push(socket);
      await once(socket, 'connect');
      socket.write(text);
      return socket;
    };
    // Two on one connection: it waits for nothing until both are answered.
    const busy = await open('');
    let answers = '';
    busy.on('data', (chunk: Buffer) => {
      answers += chunk.toString();
    });
    const ask = (name: string, args: Record<string, number>, id: number): Buffer =>
      rawBytes(gate.port, call(name, args, id));
    busy.write(Buffer.concat([ask('echo', {}, 1), ask('slow', { ms: 20_000 }, 2)]));
    await eventually('the second call is with the server', () => fixture.executed.includes('slow') || undefined);

    const first = await open(HALF_A_HEAD);
    for (let i = 0; i < 1_100; i++) await open(HALF_A_HEAD);
    await eventually('the longest waiting is closed', () => first.closed || undefined);
    const isOpen = (): number => opened.filter((socket) => !socket.closed).length;
    await eventually('no more are open than there is room for', () => isOpen() <= 1_025 || undefined);
    expect(isOpen()).toBeGreaterThan(1_000);
    expect(busy.closed).toBe(false);
    expect(answers).toContain('"id":1');

    const { status } = await rawExchange(gate.port, call('echo', {}, 3));
    expect(status).toBe(200);
  },
);

it('nor do they keep probes out of the second port', async () => {
  const { gate } = await use(startGate({ upstream: 'http://127.0.0.1:1/mcp' }));
  const admin = new AdminServer(gate);
  const port = await admin.listen('127.0.0.1', 0);
  const opened: Socket[] = [];
  defer(async () => {
    for (const socket of opened) socket.destroy();
    await admin.close();
  });
  for (let i = 0; i < 200; i++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    opened.push(socket);
    await once(socket, 'connect');
    socket.write(HALF_A_HEAD);
  }
  await eventually('no more are open than there is room for', () => {
    return opened.filter((socket) => !socket.closed).length <= 128 || undefined;
  });
  const { status } = await rawExchange(port, { method: 'GET', target: '/healthz' });
  expect(status).toBe(200);
});
