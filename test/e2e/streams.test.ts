/** Streams that stay open: what a change of policy or of tokens does to them, and who may resume them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { endIdleSessions } from '../../sidecar/call/end-session.ts';
import { Policy } from '../../core/policy/policy.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  INITIALIZE,
  JSON_HEADERS,
  LEGACY,
  callTool,
  legacyHeaders,
  modernHeaders,
  modernRequest,
  request,
} from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { startResumable } from '../support/resumable-server.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { openSession } from '../support/session.ts';

const { use, defer } = cleanupAfterEach();
const ADA = 'token-of-ada';
const BOB = 'token-of-bob';
const TIGHT: PackSpec = { tools: [{ names: ['echo'], effect: 'Allow' }] };
const CHANGED = { tools: { listChanged: true }, prompts: {}, resources: { listChanged: true } };
let server: ScriptedServer;
let gate: TestGate;

beforeEach(async () => {
  server = await use(startScripted());
  server.capabilities = CHANGED;
  server.onGet((response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n'));
  gate = await use(
    startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, {}), clients: { ada: ADA, bob: BOB } }),
  );
});

const headersOf = (session: string, token = ADA): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'mcp-session-id': session,
  'mcp-protocol-version': LEGACY,
});

async function listen(session: string, token = ADA, more: Record<string, string> = {}): Promise<EventStream> {
  const stream = await openStream(gate.url, { headers: { ...headersOf(session, token), ...more } });
  defer(() => stream.close());
  if (stream.status === 200) await stream.find(/: open/);
  return stream;
}

const methodsIn = (text: string): unknown[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => (JSON.parse(data ?? '') as { method?: string }).method);

describe('a change of policy', () => {
  it('is told on the stream of a legacy session, of the lists whose changes the server announces', async () => {
    const stream = await listen(await openSession(gate, ADA));
    gate.setPolicy(policyOf(TIGHT, {}));
    await stream.find(/resources\/list_changed/);
    expect(methodsIn(stream.text)).toEqual([
      'notifications/tools/list_changed',
      'notifications/resources/list_changed',
    ]);
  });

  it('is not told where the server announces nothing', async () => {
    server.capabilities = { tools: {} };
    const stream = await listen(await openSession(gate, ADA));
    gate.setPolicy(policyOf(TIGHT, {}));
    server.capabilities = CHANGED;
    const other = await listen(await openSession(gate, ADA));
    gate.setPolicy(policyOf(ALLOW_ALL, {}));
    await other.find(/resources\/list_changed/);
    expect(methodsIn(stream.text)).toEqual([]);
  });

  it('is told on a subscription of 2026-07-28 whose filter has it, with its id', async () => {
    const fixture = await use(startFixture());
    const modern = await use(startGate({ upstream: fixture.url, policy: policyOf(ALLOW_ALL) }));
    const open = async (id: string, notifications: object): Promise<EventStream> => {
      const stream = await openStream(modern.url, {
        method: 'POST',
        headers: Object.fromEntries(modernHeaders('subscriptions/listen')),
        body: modernRequest('subscriptions/listen', { notifications }, id),
      });
      defer(() => stream.close());
      await stream.find(/acknowledged/);
      return stream;
    };
    const tools = await open('a', { toolsListChanged: true });
    const none = await open('b', { resourceSubscriptions: ['file:///data/report.txt'] });
    modern.setPolicy(policyOf(TIGHT));
    const event = await tools.find(/data: .*list_changed.*/);
    expect(JSON.parse(event.slice('data: '.length))).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/tools/list_changed',
      params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 'a' } },
    });
    expect(none.text).not.toContain('list_changed');
  });
});

describe('a revoked token', { tags: ['revocation'] }, () => {
  it('ends the streams that were opened with it, and no others', async () => {
    const adas = await listen(await openSession(gate, ADA));
    const bobs = await listen(await openSession(gate, BOB), BOB);
    gate.setClients({ bob: BOB });
    await eventually("ada's stream is over", () => adas.ended);
    expect(bobs.ended).toBe(false);
  });

  it('ends anonymous streams when the policy asks for a token', async () => {
    gate.setPolicy(policyOf(ALLOW_ALL, { anonymous: true }));
    const stream = await openStream(gate.url, { headers: { 'mcp-session-id': await openSession(gate) } });
    defer(() => stream.close());
    gate.setPolicy(policyOf(ALLOW_ALL, { anonymous: false }));
    await eventually('the stream is over', () => stream.ended);
  });
});

describe('resuming with Last-Event-ID', () => {
  const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [] } };

  async function sessionWithEvent(token: string, id: string): Promise<string> {
    const session = await openSession(gate, token);
    server.raw(`id: ${id}\ndata: \n\nid: ${id}-2\ndata: ${JSON.stringify(RESULT)}\n\n`);
    await rawExchange(gate.port, {
      headers: [...legacyHeaders(session), ['Authorization', `Bearer ${token}`]],
      body: callTool('echo'),
    });
    return session;
  }

  it('reaches the server when the event was of this session, and what is replayed passes the door', async () => {
    const session = await sessionWithEvent(ADA, 'a1');
    server.raw('id: a1\ndata: \n\n');
    await rawExchange(gate.port, {
      headers: [...legacyHeaders(session), ['Authorization', `Bearer ${ADA}`]],
      body: request('tools/list', {}, 9),
    });
    gate.setPolicy(policyOf(TIGHT, {}));
    server.onGet((response, { headers }) => {
      const listed = { jsonrpc: '2.0', id: 9, result: { tools: [{ name: 'echo' }, { name: 'danger' }] } };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`: open ${String(headers['last-event-id'])}\n\nid: a3\ndata: ${JSON.stringify(listed)}\n\n`);
    });
    const stream = await listen(session, ADA, { 'last-event-id': 'a1' });
    expect(await stream.find(/id: a3\ndata: .*/)).toContain('"tools":[{"name":"echo"}]');
    expect(stream.text).toContain(': open a1');
    expect(stream.text).not.toContain('danger');
  });

  it.each<[name: string, from: string]>([
    ["of another principal's session", 'a1'],
    ['that nobody was given', 'x'],
  ])('is refused with an event %s', async (_name, from) => {
    await sessionWithEvent(ADA, 'a1');
    const bobs = await sessionWithEvent(BOB, 'b1');
    const gets = server.heads.filter(({ method }) => method === 'GET').length;
    const { status } = await listen(bobs, BOB, { 'last-event-id': from });
    expect(status).toBe(400);
    expect(server.heads.filter(({ method }) => method === 'GET')).toHaveLength(gets);
    expect((await gate.decisions(1)).at(-1)).toMatchObject({ decision: { reason: 'event-not-found' } });
  });
});

it('a client that lost its stream comes back for the answer, as at the server itself', async () => {
  const resumable = await use(startResumable());
  const own = await use(startGate({ upstream: resumable.url }));
  for (const url of [resumable.url, own.url]) {
    const opened = await fetch(url, { method: 'POST', headers: Object.fromEntries(JSON_HEADERS), body: INITIALIZE });
    await opened.text();
    const headers = Object.fromEntries(legacyHeaders(opened.headers.get('mcp-session-id') ?? ''));
    const call = await openStream(url, { method: 'POST', headers, body: callTool('slow', {}, 5) });
    const id = await call.find(/(?<=id: ).+/);
    call.close();
    // The server has to hear that its reader is gone.
    const resumed = await eventually('the stream is resumed', async () => {
      const stream = await openStream(url, {
        headers: { ...headers, accept: 'text/event-stream', 'last-event-id': id },
      });
      defer(() => stream.close());
      return stream.status === 200 ? stream : undefined;
    });
    expect(await resumed.find(/"text":"done".*/)).toContain('"id":5');
  }
});

describe('a session', () => {
  const post = async (session: string, body: string, token = ADA): Promise<RawResponse> =>
    rawExchange(gate.port, { headers: [...legacyHeaders(session), ['Authorization', `Bearer ${token}`]], body });

  it('takes no second call of an id whose first is not answered', async () => {
    const session = await openSession(gate, ADA);
    server.events({ jsonrpc: '2.0', method: 'notifications/message', params: {} });
    server.raw(': wait\n\n');
    const hanging = await use(startFixture());
    const slow = await use(startGate({ upstream: hanging.url, policy: policyOf(ALLOW_ALL) }));
    const own = await openSession(slow);
    const first = rawExchange(slow.port, { headers: legacyHeaders(own), body: callTool('slow', { ms: 300 }, 5) });
    await eventually('the first runs', () => hanging.executed.includes('slow'));
    const second = await rawExchange(slow.port, { headers: legacyHeaders(own), body: request('tools/list', {}, 5) });
    expect(second).toMatchObject({ status: 200, body: expect.stringContaining('not answered yet') });
    const third = await rawExchange(slow.port, { headers: legacyHeaders(own), body: request('tools/list', {}, '5') });
    expect(third.status).toBe(200);
    expect((await first).status).toBe(200);
    expect((await rawExchange(slow.port, { headers: legacyHeaders(own), body: request('ping', {}, 5) })).status).toBe(
      200,
    );
    expect((await post(session, request('ping'))).status).not.toBe(404);
  });

  it('does not end with a GET that the server has no route for', async () => {
    server.onGet((response) => response.writeHead(404, { 'content-type': 'text/html' }).end('Cannot GET'));
    const session = await openSession(gate, ADA);
    expect((await listen(session)).status).toBe(404);
    server.json({ jsonrpc: '2.0', id: 1, result: {} });
    expect((await post(session, request('ping'))).status).toBe(200);
  });

  it('ends with DELETE, and with it its streams', async () => {
    const session = await openSession(gate, ADA);
    const stream = await listen(session);
    const headers: [string, string][] = [...legacyHeaders(session), ['Authorization', `Bearer ${ADA}`]];
    expect((await rawExchange(gate.port, { method: 'DELETE', headers })).status).toBe(200);
    await eventually('the stream is over', () => stream.ended);
    expect((await post(session, request('ping'))).status).toBe(404);
  });

  it('ends when nobody uses it for as long as the policy says, and the server is told', async () => {
    const session = await openSession(gate, ADA);
    const stream = await listen(session);
    const { bundle, revision } = policyOf(ALLOW_ALL, {});
    gate.setPolicy(new Policy({ ...bundle, limits: { ...bundle.limits, sessionIdleMs: 0 } }, revision));
    endIdleSessions(gate.gate);
    expect(stream.ended).toBe(false);
    stream.close();
    await eventually('the session is idle', () => {
      endIdleSessions(gate.gate);
      return server.heads.find(({ method, headers }) => method === 'DELETE' && headers['mcp-session-id'] === session);
    });
    expect((await post(session, request('ping'))).status).toBe(404);
  });

  it('another principal can neither use it nor end it, nor tell it from one that is not there', async () => {
    const session = await openSession(gate, ADA);
    const [theirs, none] = [await post(session, request('ping'), BOB), await post('none', request('ping'), BOB)];
    expect(theirs).toMatchObject({ status: 404 });
    expect(theirs.body).toBe(none.body);
    const headers: [string, string][] = [...legacyHeaders(session), ['Authorization', `Bearer ${BOB}`]];
    expect((await rawExchange(gate.port, { method: 'DELETE', headers })).status).toBe(404);
    expect(server.heads.some(({ method }) => method === 'DELETE')).toBe(false);
  });
});
