/** The kill switch: what is halted is silent at once, on every way in, and goes on where it was once it is lifted. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, pendingApproval } from '../support/held-calls.ts';
import { INITIALIZE, callTool, legacyHeaders, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { type PackSpec, policyOf as policyFor } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { bearer, openSession, post } from '../support/session.ts';

const { use, defer } = cleanupAfterEach();
const CLIENTS = { ada: 'token-of-ada', bob: 'token-of-bob' };
const OPEN: PackSpec = {
  tools: [
    { names: ['*'], effect: 'Allow' },
    { names: ['transfer'], effect: 'RequireApproval', approval: { hold: '20s' } },
  ],
  resources: [{ uris: ['**'], effect: 'Allow' }],
  prompts: [{ names: ['*'], effect: 'Allow' }],
};
const WHY = { reason: 'incident 4711', by: 'carol' };
const policyOf = (spec: PackSpec) => policyFor(spec, {});
const halting = (halt: Partial<NonNullable<PackSpec['halt']>> = {}) => policyOf({ ...OPEN, halt: { ...WHY, ...halt } });

let server: ScriptedServer;
let gate: TestGate;
beforeEach(async () => {
  server = await use(startScripted());
  server.capabilities = { tools: { listChanged: true } };
  server.json({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'done' }], resultType: 'complete' } });
  server.onGet((response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n'));
  gate = await use(startGate({ upstream: server.url, policy: policyOf(OPEN), clients: CLIENTS }));
});

async function modern(method: string, params: object, name?: string, token = CLIENTS.ada): Promise<RawResponse> {
  const headers = [...modernHeaders(method, name), bearer(token)];
  return rawExchange(gate.port, { headers, body: modernRequest(method, { ...params }) });
}
const call = async (name: string, token = CLIENTS.ada): Promise<RawResponse> =>
  modern('tools/call', { name, arguments: {} }, name, token);

const headersOf = (session: string | undefined) => [...legacyHeaders(session), bearer(CLIENTS.ada)];

async function listen(session: string, token: string): Promise<EventStream> {
  const headers = { authorization: `Bearer ${token}`, 'mcp-session-id': session };
  const stream = await openStream(gate.url, { headers });
  defer(() => stream.close());
  return stream;
}

describe('everything', { tags: ['halt'] }, () => {
  it.each<[what: string, send: (session: string) => Promise<RawResponse>]>([
    ['a call of 2026-07-28', async () => call('echo')],
    ['a list of 2026-07-28', async () => modern('tools/list', {})],
    ['what a server says of itself', async () => modern('server/discover', {})],
    ['a stream of 2026-07-28', async () => modern('subscriptions/listen', { notifications: {} })],
    ['a resource', async () => modern('resources/read', { uri: 'file:///a' }, 'file:///a')],
    ['a call of a session', async (session) => post(gate, headersOf(session), callTool('echo'))],
    ['a ping', async (session) => post(gate, headersOf(session), request('ping'))],
    ['the beginning of a session', async () => post(gate, headersOf(undefined), INITIALIZE)],
  ])('is refused: %s', async (_what, send) => {
    const session = await openSession(gate, CLIENTS.ada);
    const before = server.posted.length;
    gate.setPolicy(halting());
    const { status, body } = await send(session);
    expect(status).toBe(200);
    expect(body).toContain('Not executed: carol has halted everything here (incident 4711)');
    expect(server.posted).toHaveLength(before);
    const record = (await gate.decisions(2)).at(-1);
    expect(record).toMatchObject({ outcome: 'refused', decision: { reason: 'halted', rules: ['finance/rules#halt'] } });
  });

  it('a notification, a stream and a batch reach nobody either; a session may be ended', async () => {
    const session = await openSession(gate, CLIENTS.ada);
    gate.setPolicy(halting());
    const before = server.posted.length;
    const note = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' });
    await post(gate, headersOf(session), note);
    expect((await rawExchange(gate.port, { method: 'GET', headers: headersOf(session) })).status).toBe(503);
    expect(server.posted).toHaveLength(before);
    expect(server.heads.filter(({ method }) => method === 'GET')).toEqual([]);
    const ended = await rawExchange(gate.port, { method: 'DELETE', headers: headersOf(session) });
    expect(ended.status).toBe(200);
  });

  it('ends what is open: streams, calls that wait for a person, calls that the server has', async () => {
    const session = await openSession(gate, CLIENTS.ada);
    const stream = await listen(session, CLIENTS.ada);
    const held = call('transfer');
    await pendingApproval(gate);
    server.hang();
    const slow = call('slow');
    await eventually('the server has it', () => server.posted.some(({ params }) => params?.['name'] === 'slow'));
    gate.setPolicy(halting());
    await eventually('the stream is over', () => stream.ended);
    expect((await held).body).toContain('Not executed: carol has halted everything here');
    expect((await slow).body).toContain(
      'The server may have executed the call: look before it is made again: carol has',
    );
    await decidePending(gate, 'Approved');
    expect((await call('transfer')).body).toContain('Not executed');
    expect(server.posted.filter(({ params }) => params?.['name'] === 'transfer')).toEqual([]);
  });

  it('goes on in the same session once it is lifted', async () => {
    const session = await openSession(gate, CLIENTS.ada);
    gate.setPolicy(halting());
    expect((await post(gate, headersOf(session), callTool('echo'))).body).toContain('halted');
    gate.setPolicy(policyOf(OPEN));
    expect((await post(gate, headersOf(session), callTool('echo'))).body).toContain('done');
  });
});

describe('a part', { tags: ['halt'] }, () => {
  it('tools by name: others go on, and so do streams', async () => {
    const stream = await listen(await openSession(gate, CLIENTS.ada), CLIENTS.ada);
    gate.setPolicy(halting({ tools: ['send_*'] }));
    expect((await call('send_mail')).body).toContain('halted by carol: incident 4711');
    expect((await call('echo')).body).toContain('done');
    expect(stream.ended).toBe(false);
  });

  it('one principal: others go on', async () => {
    const adas = await listen(await openSession(gate, CLIENTS.ada), CLIENTS.ada);
    const bobs = await listen(await openSession(gate, CLIENTS.bob), CLIENTS.bob);
    gate.setPolicy(halting({ principals: { names: ['ada'] } }));
    await eventually("ada's stream is over", () => adas.ended);
    expect(bobs.ended).toBe(false);
    expect((await call('echo', CLIENTS.ada)).body).toContain('Not executed');
    expect((await call('echo', CLIENTS.bob)).body).toContain('done');
  });
});
