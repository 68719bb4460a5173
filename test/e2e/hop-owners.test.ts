/** What becomes of a session when the replica that has it leaves, is killed, or cannot be told from a stranger. */
import { get } from 'node:http';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { issueForLoopback } from '../../sidecar/testing/certificates.ts';
import { PodHandles } from '../../sidecar/memory/pod-handles.ts';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { INITIALIZE, callTool, messagesIn } from '../support/messages.ts';
import type { SidecarProcess } from '../support/sidecar-process.ts';
import { type Replicas, askBy, hopsOf, openSessionBy, startSidecars } from '../support/replicas.ts';

const all = cleanupAfterAll();
const { use, defer } = cleanupAfterEach();
const started: Promise<Replicas<SidecarProcess, FixtureServer>> = all.use(startSidecars(2, startFixture));
beforeAll(async () => void (await started), 60_000);

/** A session that would be at this address. */
async function sessionAt(address: string, port: number): Promise<string> {
  const handles = new PodHandles('finance/ledger');
  handles.adopt((await started).sharedKey, []);
  handles.listensAt({ address, port });
  return handles.seal('somewhere');
}

const ECHO = callTool('echo', {}, 'mine');
const GONE = { status: 404, said: [{ id: 'mine', error: { code: -32001 } }] };

async function asked(url: string, session: string, body = ECHO) {
  const answer = await askBy(url, body, session);
  return { status: answer.status, said: messagesIn(await answer.text()) };
}

it.each([
  ['nobody listens there', async () => 1],
  [
    'an HTTP server has the address now',
    async () => listening(createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))),
  ],
  [
    'somebody with a certificate has it',
    async () => listening(https.createServer(issueForLoopback(), (_, response) => response.end('{}'))),
  ],
])('%s: the client hears that its session is over, and nothing of it gets there', async (_name, port) => {
  const { gates } = await started;
  const before = (await hopsOf(gates))['unreachable'] ?? 0;
  const began = performance.now();
  expect(await asked(gates[0]?.url ?? '', await sessionAt('127.0.0.1', await port()))).toMatchObject(GONE);
  expect(performance.now() - began).toBeLessThan(3_000);
  expect((await hopsOf(gates))['unreachable']).toBe(before + 1);
});

it('nobody answers in time: the client hears that it may ask again, and is not told that its session is over', async () => {
  const { gates } = await started;
  const url = gates[0]?.url ?? '';
  const before = (await hopsOf(gates))['silent'] ?? 0;
  const session = await sessionAt('127.0.0.1', await listening(createServer(() => {})));
  const [answer, stream] = await Promise.all([
    askBy(url, ECHO, session),
    fetch(url, { headers: { accept: 'text/event-stream', 'mcp-session-id': session } }),
  ]);
  // HTTP 200: on another status the official client for Python ends, with all that is open in its session.
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([200, '2']);
  expect(messagesIn(await answer.text())).toMatchObject([{ id: 'mine', error: { code: -31025 } }]);
  expect([stream.status, stream.headers.get('retry-after')]).toEqual([503, '2']);
  expect((await hopsOf(gates))['silent']).toBe(before + 2);
  await eventually(
    'it is taken for gone',
    async () => {
      const { status, said } = await asked(url, session);
      return status === GONE.status && said.length === 1;
    },
    30_000,
  );
}, 60_000);

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  let heard = '';
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1'))).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(heard).not.toMatch(/Bearer|echo/);
  });
  return (server.address() as AddressInfo).port;
}

it.each([
  [
    'of another server',
    async (at: string, port: number) => {
      const handles = new PodHandles('finance/other');
      handles.adopt((await started).sharedKey, []);
      handles.listensAt({ address: at, port });
      return handles.seal('somewhere');
    },
  ],
  [
    'of another key',
    async (at: string, port: number) => {
      const handles = new PodHandles('finance/ledger');
      handles.adopt(Buffer.alloc(32, 7), []);
      handles.listensAt({ address: at, port });
      return handles.seal('somewhere');
    },
  ],
  [
    'for another session',
    async (at: string, port: number) => (await sessionAt(at, port)).replace('somewhere', 'elsewhere'),
  ],
  ['cut', async (at: string, port: number) => (await sessionAt(at, port)).replace(/.\.somewhere/, '.somewhere')],
  ['by hand', async () => `sps1.${Buffer.from('127.0.0.1 80').toString('base64url')}.somewhere`],
  ['without an id', async (at: string, port: number) => (await sessionAt(at, port)).replace('somewhere', '')],
])('a name %s leads nowhere', async (_name, forge) => {
  const { gates } = await started;
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  const port = await listening(server);
  const before = await hopsOf(gates);
  expect(await asked(gates[0]?.url ?? '', await forge('127.0.0.1', port))).toMatchObject(GONE);
  expect(connections).toBe(0);
  expect(await hopsOf(gates)).toEqual(before);
});

it('a client cannot say that it is a gate', async () => {
  const { gates, servers } = await started;
  const id = await openSessionBy(gates[0]?.url ?? '');
  const answer = await askBy(gates[1]?.url ?? '', ECHO, id, { 'sallyport-hop': '10.0.0.1 10.0.0.2' });
  // It is passed on all the same, and no server is told of it.
  expect(messagesIn(await answer.text()).at(-1)).toMatchObject({ id: 'mine', result: {} });
  expect(JSON.stringify(servers.flatMap(({ seen }) => seen.map(({ headers }) => headers)))).not.toContain(
    'sallyport-hop',
  );
});

it('a client that begins anew while it names a session of a gate that is gone gets a new one', async () => {
  const { gates } = await started;
  const answer = await askBy(gates[0]?.url ?? '', INITIALIZE, await sessionAt('127.0.0.1', 1));
  await answer.text();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('mcp-session-id')).toMatch(/^sps1\./);
});

it('a replica that is killed in the middle of a call: the call is answered under its id, the next says that the session is over', async () => {
  const replicas = await use(startSidecars(2, startFixture));
  const { url, gates, servers } = replicas;
  const [owner, other] = gates as [SidecarProcess, SidecarProcess];
  const id = await openSessionBy(owner.url);
  const call = asked(other.url, id, callTool('slow', { ms: 60_000 }, 'mine'));
  await eventually('the tool runs', () => servers[0]?.executed.includes('slow'));
  owner.process.kill('SIGKILL');
  replicas.takeOut(owner);
  const answer = await call;
  expect(answer.said.at(-1)).toMatchObject({ id: 'mine', error: { code: -31021 } });
  expect(await asked(other.url, id)).toMatchObject(GONE);
  expect(await hopsOf([other])).toMatchObject({ broken: 1, unreachable: 1 });
  const client = await connectV1(url);
  defer(() => client.close());
  expect(textOf(await client.callTool({ name: 'echo', arguments: {} }))).toBe('echo {}');
}, 60_000);

it('a replica that leaves takes new sessions, and is reached for the old ones, until its last connection has come', async () => {
  const { gates } = await use(startSidecars(2, startFixture));
  const [owner, other] = gates as [SidecarProcess, SidecarProcess];
  const before = await openSessionBy(owner.url);
  // A stream of clients that have not heard of it.
  const come = (): void => void get(owner.url, { agent: false }, (one) => one.resume()).on('error', () => {});
  const coming = setInterval(come, 50);
  defer(() => clearInterval(coming));
  owner.process.kill('SIGTERM');
  await eventually('it is unready', async () => (await owner.readiness()).status === 503);
  const late = await openSessionBy(owner.url);
  for (let i = 0; i < 5; i++) {
    for (const id of [before, late]) {
      const answer = await askBy(other.url, ECHO, id);
      expect(messagesIn(await answer.text()).at(-1)).toMatchObject({ id: 'mine', result: {} });
    }
    const answer = await askBy(owner.url, ECHO, late);
    expect(answer.headers.get('connection')).toBe('close');
    expect(messagesIn(await answer.text()).at(-1)).toMatchObject({ id: 'mine', result: {} });
    await sleep(100);
  }
  // What another gate has passed on gets its time, too.
  const last = asked(other.url, late, callTool('slow', { ms: 2_000 }, 'mine'));
  clearInterval(coming);
  expect(await last).toMatchObject({ status: 200, said: [{ id: 'mine', result: {} }] });
  await eventually('it has ended', () => owner.process.exitCode === 0);
  expect(await asked(other.url, before)).toMatchObject(GONE);
}, 60_000);

afterEach(async () => {
  for (const gate of (await started).gates) expect(gate.process.exitCode).toBeNull();
});
