/** What a gate holds for others is bounded, as a whole and for each client, and all of it is given back. */
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually, within } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { type GateOptions, type TestGate, startGate } from '../support/gate.ts';
import { policyHolding } from '../support/held-calls.ts';
import { type HeavyServer, startHeavy } from '../support/heavy-server.ts';
import {
  INITIALIZE,
  JSON_HEADERS,
  callTool,
  legacyHeaders,
  outcomeIn,
  modernHeaders,
  modernRequest,
} from '../support/messages.ts';
import { ALLOW_ALL, expiringIn, policyOf } from '../support/policy.ts';
import { type RawResponse, exchangeBytes, rawBytes, rawExchange, sendUnread } from '../support/raw-http.ts';
import { openSession } from '../support/session.ts';

const MIB = 1024 * 1024;
/** The smallest that a gate has: a client that is alone may hold 6 MiB of it in things that are large. */
const HELD_BYTES = 32 * MIB;
/** Of these one client may hold one. */
const LARGE = Math.floor(3.9 * MIB);
const SOON = { bodyMs: 300, answerMs: 300 };

const { use, defer } = cleanupAfterEach();
let server: HeavyServer;
let gate: TestGate;

beforeEach(async () => {
  server = await use(startHeavy());
});

afterEach(async () => {
  const { bytes, openCalls } = gate.gate;
  await eventually('everything is given back', () => bytes.used === 0 && bytes.waiting === 0 && openCalls.size === 0);
});

async function start(options: Partial<GateOptions> = {}): Promise<void> {
  gate = await use(
    startGate({
      upstream: server.url,
      heldBytes: HELD_BYTES,
      policy: policyOf(ALLOW_ALL, {}),
      clients: { ada: 'ada', bob: 'bob' },
      ...options,
    }),
  );
}

interface Wish {
  readonly client?: 'ada' | 'bob';
  readonly id?: number | string;
  readonly args?: Readonly<Record<string, unknown>>;
  /** Bytes of the body, about. */
  readonly size?: number;
}

function bytesOf(tool: string, { client = 'ada', id = 1, args = {}, size = 0 }: Wish): Buffer {
  const body = modernRequest('tools/call', { name: tool, arguments: { ...args, pad: 'y'.repeat(size) } }, id);
  return rawBytes(gate.port, {
    headers: [...modernHeaders('tools/call', tool), ['Authorization', `Bearer ${client}`]],
    body,
  });
}

const call = (tool: string, wish: Wish = {}): Promise<RawResponse> => exchangeBytes(gate.port, bytesOf(tool, wish));

const read = ({ body }: RawResponse): ReturnType<typeof outcomeIn> => outcomeIn(body);
/** Sends bytes and reads nothing of what is answered. */
function send(bytes: Buffer): Socket {
  const socket = sendUnread(gate.port, bytes);
  defer(() => socket.destroy());
  return socket;
}

describe('a body that finds no room', { tags: ['bounded'] }, () => {
  it('waits, unread, and is served when there is some', async () => {
    await start();
    const first = call('wait', { size: LARGE, id: 'first' });
    await eventually('the first is at the server', () => server.waiting === 1);
    const second = call('echo', { size: LARGE, id: 'second' });
    await eventually('the second waits', () => gate.gate.bytes.waiting === 1);
    expect([server.calls, gate.gate.bytes.used < 5 * MIB]).toEqual([1, true]);
    server.letGo();
    expect([read(await first), read(await second)]).toEqual([
      ['first', undefined],
      ['second', undefined],
    ]);
  });

  it('is refused under its own id after its time, and told when to come back', async () => {
    await start({ waits: SOON });
    const first = call('wait', { size: LARGE });
    await eventually('the first is at the server', () => server.waiting === 1);
    const refused = await call('echo', { size: LARGE, id: 'second' });
    expect(refused).toMatchObject({ status: 200, headers: { 'retry-after': '2' } });
    expect(read(refused)).toEqual(['second', expect.stringContaining('there is no room for its')]);
    expect(server.calls).toBe(1);
    expect((await gate.decisions(1)).at(-1)?.decision.reason).toBe('no-room');
    server.letGo();
    await first;
  });

  it('is not asked for when its client asks first', async () => {
    await start({ waits: SOON });
    const first = call('wait', { size: LARGE });
    await eventually('the first is at the server', () => server.waiting === 1);
    const headers = [...modernHeaders('tools/call', 'echo'), ['Authorization', 'Bearer ada'] as const];
    const refused = await rawExchange(gate.port, {
      headers: [...headers, ['Expect', '100-continue'], ['Content-Length', String(LARGE)]],
      headOnly: true,
    });
    expect(refused).toMatchObject({ status: 503, interim: [], headers: { 'retry-after': '2' } });
    server.letGo();
    await first;
  });

  it('of no announced length waits in the middle, and goes on', async () => {
    await start();
    const first = call('wait', { size: LARGE });
    await eventually('the first is at the server', () => server.waiting === 1);
    const second = rawExchange(gate.port, {
      headers: [...modernHeaders('tools/call', 'echo'), ['Authorization', 'Bearer ada']],
      body: modernRequest('tools/call', { name: 'echo', arguments: { pad: 'y'.repeat(LARGE) } }, 'second'),
      chunked: 60_000,
    });
    await eventually('the second waits', () => gate.gate.bytes.waiting === 1);
    server.letGo();
    await first;
    expect(read(await second)).toEqual(['second', undefined]);
  });

  it('keeps out nothing small of its client, and nothing of another', async () => {
    await start();
    const large = Array.from({ length: 20 }, (_, id) => call('wait', { size: LARGE, id }));
    await eventually('they wait', () => gate.gate.bytes.waiting === 19);
    const others = [call('echo', { size: 10_000 }), call('echo', { client: 'bob', size: 3 * MIB })];
    const answered = await within(2_000, 'the others are answered', Promise.all(others));
    expect(answered.map((response) => read(response)[1])).toEqual([undefined, undefined]);
    const letting = setInterval(() => server.letGo(), 10);
    defer(() => clearInterval(letting));
    expect((await Promise.all(large)).map((response) => read(response)[1])).toEqual(large.map(() => undefined));
  });
});

describe('answers that find no room', { tags: ['bounded'] }, () => {
  it('are waited for by the server, and come one after the other', async () => {
    await start();
    let most = 0;
    const looking = setInterval(() => (most = Math.max(most, gate.gate.bytes.used)), 1);
    defer(() => clearInterval(looking));
    const answers = Array.from({ length: 8 }, (_, id) => fetchedBytes(id));
    expect(await Promise.all(answers)).toEqual(answers.map(() => true));
    expect(most).toBeLessThanOrEqual(HELD_BYTES);
  });

  it('end in a refusal under the id of the call after their time, which says that it was executed', async () => {
    await start({ waits: SOON });
    const unread = send(bytesOf('big', { args: { mib: 15 } }));
    await eventually('it is held for a client that does not read', () => gate.gate.bytes.used > 14 * MIB);
    const refused = await call('big', { args: { mib: 15 }, id: 'second' });
    expect(refused.status).toBe(200);
    expect(read(refused)[0]).toBe('second');
    expect(refused.body).toContain('has executed the call');
    expect(server.calls).toBe(2);
    // The first may be on record before it, or after: its answer comes as fast as the machine can.
    const reasons = (await gate.decisions(2)).map(({ decision }) => decision.reason);
    expect(reasons.sort()).toEqual(['forwarded', 'no-room-for-answer']);
    unread.destroy();
  });
});

async function fetchedBytes(id: number): Promise<boolean> {
  const response = await fetch(gate.url, {
    method: 'POST',
    headers: [...modernHeaders('tools/call', 'big'), ['Authorization', 'Bearer ada']],
    body: modernRequest('tools/call', { name: 'big', arguments: { mib: 15 } }, id),
  });
  return (await response.arrayBuffer()).byteLength > 15 * MIB;
}

describe('calls in flight', { tags: ['bounded'] }, () => {
  const AUTHORIZED = ['Authorization', 'Bearer ada'] as const;

  it.each(['leave', 'are answered'])('are bounded in every era, until they %s', async (how) => {
    await start();
    const session = await openSession(gate, 'ada');
    const open = Array.from({ length: 520 }, (_, id) => send(bytesOf('wait', { id })));
    await eventually(
      'as many as may be are at the server',
      () => gate.gate.openCalls.size === server.waiting && server.waiting >= 512,
    );
    expect(server.waiting).toBe(512);
    const refused = await Promise.all([
      call('echo', { id: 'modern' }),
      rawExchange(gate.port, { headers: [...JSON_HEADERS, AUTHORIZED], body: callTool('echo', {}, 'sessionless') }),
      rawExchange(gate.port, {
        headers: [...legacyHeaders(session), AUTHORIZED],
        body: callTool('echo', {}, 'session'),
      }),
    ]);
    expect(refused.map(({ status, headers }) => [status, headers['retry-after']])).toEqual(
      refused.map(() => [200, '2']),
    );
    expect(refused.map((response) => read(response)[0])).toEqual(['modern', 'sessionless', 'session']);
    for (const { body } of refused) expect(body).toContain('are in flight');
    expect(read(await call('echo', { client: 'bob' }))).toEqual([1, undefined]);
    if (how === 'leave') for (const socket of open) socket.destroy();
    else server.letGo();
    await eventually('there is room again', () => gate.gate.openCalls.size === 0);
    expect(read(await call('echo', {}))).toEqual([1, undefined]);
  });

  it('over HTTP+SSE are in flight until their answer has come, not only until their POST is taken', async () => {
    const { url } = await use(startEverything('sse'));
    await start({ upstream: url });
    const stream = await openStream(gate.url, { headers: { authorization: 'Bearer ada' } });
    defer(() => stream.close());
    const target = await stream.find(/(?<=data: )\/\S+/);
    const post = (body: string): Promise<RawResponse> =>
      rawExchange(gate.port, { target, headers: [...JSON_HEADERS, AUTHORIZED], body });
    await post(INITIALIZE);
    await stream.find(/"protocolVersion"/);
    expect(await post(callTool('trigger-long-running-operation', { duration: 1, steps: 1 }, 'long'))).toMatchObject({
      status: 202,
    });
    expect(gate.gate.openCalls.size).toBe(1);
    await stream.find(/"id":"long"/);
    await eventually('it is answered', () => gate.gate.openCalls.size === 0);
    await post(callTool('trigger-long-running-operation', { duration: 60, steps: 1 }, 'taken back'));
    await post(
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'taken back' } }),
    );
    await eventually('it is taken back', () => gate.gate.openCalls.size === 0);
    await post(callTool('trigger-long-running-operation', { duration: 60, steps: 1 }, 'left behind'));
    expect(gate.gate.openCalls.size).toBe(1);
    // The others of this client are elsewhere.
    let others = 0;
    while (gate.gate.openCalls.serve('token:ada')) others++;
    expect(others).toBe(511);
    expect(await post(callTool('echo', { message: 'x' }, 'refused'))).toMatchObject({ status: 202 });
    expect(await stream.find(/data: .*"id":"refused".*/)).toContain('are in flight');
    while (others-- > 0) gate.gate.openCalls.served('token:ada');
    // With its stream goes the call that nobody could be answered any more.
    stream.close();
  });
});

describe('what was held is given back when', () => {
  it('clients leave in the middle of what they send, and while they wait for room', async () => {
    await start();
    const half = bytesOf('echo', { size: LARGE }).subarray(0, MIB);
    const sockets = Array.from({ length: 30 }, () => send(half));
    await eventually('they wait', () => gate.gate.bytes.waiting === 29);
    for (const socket of sockets) socket.destroy();
    await eventually('nothing waits', () => gate.gate.bytes.waiting === 0 && gate.gate.bytes.used === 0);
    expect(read(await call('echo', { size: LARGE }))).toEqual([1, undefined]);
  });

  it('clients leave before they are answered, and while an answer is on its way to them', async () => {
    await start();
    const waits = send(bytesOf('wait', { size: LARGE, client: 'bob' }));
    const unread = send(bytesOf('big', { args: { mib: 15 } }));
    await eventually('both are held', () => server.waiting === 1 && gate.gate.bytes.used > 18 * MIB);
    waits.destroy();
    unread.destroy();
    await eventually('nothing is', () => gate.gate.bytes.used === 0);
  });

  it('a batch is answered, or its client leaves', async () => {
    await start();
    const version = INITIALIZE.replace('2025-11-25', '2025-03-26');
    const ada = ['Authorization', 'Bearer ada'] as const;
    const { headers } = await rawExchange(gate.port, { headers: [...JSON_HEADERS, ada], body: version });
    const inSession = [...JSON_HEADERS, ada, ['Mcp-Session-Id', headers['mcp-session-id'] ?? ''] as const];
    const calls = (...tools: string[]): string =>
      `[${tools.map((tool, id) => callTool(tool, { mib: 1, pad: 'y'.repeat(100_000) }, `${tool}-${id}`)).join(',')}]`;
    const answered = await rawExchange(gate.port, { headers: inSession, body: calls('echo', 'big', 'big') });
    expect(answered).toMatchObject({ status: 200 });
    expect(answered.body.length).toBeGreaterThan(2 * MIB);
    await eventually('nothing is held', () => gate.gate.bytes.used === 0);
    const left = send(rawBytes(gate.port, { headers: inSession, body: calls('wait', 'wait', 'echo') }));
    await eventually('two wait', () => server.waiting === 2 && gate.gate.openCalls.size === 2);
    left.destroy();
    server.letGo();
  });

  it('calls that wait for a person are told to come back', async () => {
    await start({ policy: expiringIn(policyHolding('1s'), 600) });
    const held = [1, 2, 3].map((id) => call('transfer', { size: MIB, id }));
    await eventually('they are held', () => gate.gate.holds.size === 3);
    expect(gate.gate.bytes.used).toBeGreaterThan(3 * MIB);
    const reasons = (await Promise.all(held)).map((response) => read(response)[1]);
    expect(reasons).toEqual(['approval-expired', 'approval-expired', 'approval-expired']);
  });
});
