/** Limits over time, on every way in: what is too much is refused and told when it passes, and everything else goes on. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, pendingApproval } from '../support/held-calls.ts';
import {
  JSON_HEADERS,
  callTool,
  legacyHeaders,
  messagesIn,
  modernHeaders,
  modernRequest,
  request,
} from '../support/messages.ts';
import { type PackSpec, policyOf as policyFor } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { bearer, openSession, post } from '../support/session.ts';
import { startWrapped } from '../support/wrapped.ts';
import { textOf } from '../support/clients.ts';

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
type Limits = NonNullable<PackSpec['limits']>;
const under = (limits: Limits) => policyFor({ ...OPEN, limits }, {});
const ONE_A_MINUTE: Limits = { rate: [{ name: 'burst', calls: 1, window: '1m' }] };
const DONE = { content: [{ type: 'text', text: 'done' }], resultType: 'complete' };
const TOO_MUCH =
  /after 1 call by this caller in a minute, which is the most\. Call again in \d+ seconds, at [\d:]{8}Z\./;

let server: ScriptedServer;
let gate: TestGate;
beforeEach(async () => {
  server = await use(startScripted());
  server.capabilities = { tools: {}, resources: {} };
  server.json({ jsonrpc: '2.0', id: 1, result: DONE });
  gate = await use(startGate({ upstream: server.url, policy: under(ONE_A_MINUTE), clients: CLIENTS }));
});

async function modern(method: string, params: object, name: string, token = CLIENTS.ada): Promise<RawResponse> {
  const headers = [...modernHeaders(method, name), bearer(token)];
  return rawExchange(gate.port, { headers, body: modernRequest(method, { ...params }) });
}
const call = async (name = 'echo', token = CLIENTS.ada): Promise<RawResponse> =>
  modern('tools/call', { name, arguments: {} }, name, token);
const headersOf = (session: string) => [...legacyHeaders(session), bearer(CLIENTS.ada)];
const reached = (name: string): number => server.posted.filter(({ params }) => params?.['name'] === name).length;

describe('a rate', { tags: ['limits'] }, () => {
  it('lets as many calls through, and says to models and programs when the next passes', async () => {
    const first = await call();
    expect(first.body).toContain('done');
    expect(first.headers).toMatchObject({
      ratelimit: '"finance/rules#burst";r=0;t=60',
      'ratelimit-policy': '"finance/rules#burst";q=1;w=60',
    });
    const second = await call();
    expect(second.status).toBe(200);
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(55);
    expect(second.headers['ratelimit']).toMatch(/^"finance\/rules#burst";r=0;t=\d\d$/);
    const [message] = messagesIn(second.body);
    expect(message).toMatchObject({
      result: {
        isError: true,
        content: [{ text: expect.stringMatching(TOO_MUCH) }],
        _meta: {
          'sallyport.dev/refusal': { reason: 'limited', rules: ['finance/rules#burst'] },
          'sallyport.dev/limit': {
            retryAfter: Number(second.headers['retry-after']),
            retryAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
            limits: [{ policy: 'finance/rules#burst', limit: 1, unit: 'requests', window: 60, remaining: 0 }],
          },
        },
      },
    });
    expect(reached('echo')).toBe(1);
  });

  it('goes on record, and is counted by its rule', async () => {
    await call();
    await call();
    const record = (await gate.decisions(2)).at(-1);
    expect(record).toMatchObject({
      outcome: 'refused',
      decision: { effect: 'Deny', reason: 'limited', rules: ['finance/rules#burst'] },
    });
    expect(await gate.gate.metrics.registry.metrics()).toContain(
      'sallyport_limited_total{server="finance/ledger",rule="finance/rules#burst",mode="Enforce"} 1',
    );
  });

  it.each<[what: string, send: (session: string) => Promise<RawResponse>]>([
    ['a call of 2026-07-28', async () => call()],
    ['a call of a session', async (session) => post(gate, headersOf(session), callTool('echo'))],
    ['a resource', async () => modern('resources/read', { uri: 'file:///a' }, 'file:///a')],
    ['a prompt of a session', async (session) => post(gate, headersOf(session), request('prompts/get', { name: 'p' }))],
  ])('counts %s with all others of its caller, and ends no session', async (_what, send) => {
    const session = await openSession(gate, CLIENTS.ada);
    expect((await send(session)).body).toContain('done');
    const refused = await send(session);
    expect([refused.status, refused.body]).toEqual([200, expect.stringMatching(TOO_MUCH)]);
    expect((await call('other')).body).toMatch(TOO_MUCH);
    expect((await call('other', CLIENTS.bob)).body).toContain('done');
    expect((await post(gate, headersOf(session), request('ping'))).body).toContain('"result"');
  });

  it('is an error with the same data, of what is no call of a tool', async () => {
    await call();
    const [message] = messagesIn((await modern('resources/read', { uri: 'file:///a' }, 'file:///a')).body);
    expect(message).toMatchObject({ error: { code: -31_031, data: { limit: { retryAfter: expect.any(Number) } } } });
  });

  it('counts what passes in a batch, message by message', async () => {
    const opening = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const headers = [...JSON_HEADERS, bearer(CLIENTS.ada)];
    const opened = await rawExchange(gate.port, { headers, body: request('initialize', opening) });
    const session: [string, string] = ['Mcp-Session-Id', opened.headers['mcp-session-id'] ?? expect.fail()];
    const body = `[${callTool('echo', {}, 1)},${callTool('echo', {}, 2)}]`;
    const { body: answers } = await rawExchange(gate.port, { headers: [...headers, session], body });
    expect(answers.match(/which is the most/g)).toHaveLength(1);
    expect(reached('echo')).toBe(1);
  });

  it('counts a call that was held when it is sent', async () => {
    gate.setPolicy(under({ rate: [{ calls: 1, window: '1m' }] }));
    const held = call('transfer');
    await pendingApproval(gate);
    expect((await call()).body).toContain('done');
    await decidePending(gate, 'Approved');
    expect((await held).body).toMatch(TOO_MUCH);
    expect(reached('transfer')).toBe(0);
  });

  it('holds on when the policy changes in other places', async () => {
    await call();
    gate.setPolicy(policyFor({ ...OPEN, limits: { ...ONE_A_MINUTE, batch: 3 } }, {}));
    expect((await call()).body).toMatch(TOO_MUCH);
  });

  it('in shadow lets everything through, and what it would have said is on record', async () => {
    gate.setPolicy(under({ rate: [{ name: 'burst', calls: 1, window: '1m', mode: 'Shadow' }] }));
    await call();
    const second = await call();
    expect([second.body, second.headers['ratelimit']]).toEqual([expect.stringContaining('done'), undefined]);
    expect((await gate.decisions(2)).at(-1)).toMatchObject({
      decision: { effect: 'Allow', wouldEffect: 'Deny', wouldRules: ['finance/rules#burst'] },
    });
  });

  it('over HTTP+SSE is answered on the stream', async () => {
    const everything = await use(startEverything('sse'));
    const other = await use(startGate({ upstream: everything.url, policy: under(ONE_A_MINUTE), clients: CLIENTS }));
    const stream = await openStream(other.url, { headers: { authorization: `Bearer ${CLIENTS.ada}` } });
    defer(() => stream.close());
    const target = await stream.find(/(?<=data: )\/\S+/);
    const send = async (body: string) =>
      rawExchange(other.port, { target, headers: [...JSON_HEADERS, bearer(CLIENTS.ada)], body });
    const opening = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    await send(request('initialize', opening, 'init'));
    await stream.find(/serverInfo/);
    await send(callTool('echo', { message: 'hi' }, 'one'));
    await stream.find(/Echo: hi/);
    await send(callTool('echo', { message: 'hi' }, 'two'));
    await stream.find(/which is the most/);
  });

  it('over stdio is the same, and the session goes on', async () => {
    const { client } = await use(startWrapped({ ...OPEN, limits: { rate: [{ calls: 1, window: '1m' }] } }));
    await client.callTool({ name: 'echo', arguments: { text: 'hi' } });
    const refused = await client.callTool({ name: 'echo', arguments: { text: 'hi' } });
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringMatching(TOO_MUCH)]);
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
  });
});

describe('calls at once', { tags: ['limits'] }, () => {
  const inFlight = async (count: number) =>
    eventually(`${count} calls are with the server`, () => reached('slow') === count);

  beforeEach(() => {
    gate.setPolicy(under({ concurrent: [{ name: 'slots', calls: 1 }] }));
  });

  it('are refused beyond the limit, and pass when one has ended', async () => {
    expect((await call()).headers['ratelimit']).toBe('"finance/rules#slots";r=0;t=0');
    server.hang();
    const abort = new AbortController();
    const slow = fetch(gate.url, {
      ...{ method: 'POST', signal: abort.signal, body: modernRequest('tools/call', { name: 'slow', arguments: {} }) },
      headers: Object.fromEntries([...modernHeaders('tools/call', 'slow'), bearer(CLIENTS.ada)]),
    });
    await inFlight(1);
    const refused = await call();
    expect(refused.body).toMatch(/while 1 call by this caller is under way.*look in 2 seconds, at [\d:]{8}Z/);
    expect([refused.headers['retry-after'], refused.headers['ratelimit-policy']]).toEqual([
      '2',
      '"finance/rules#slots";q=1;qu="concurrent-requests"',
    ]);
    abort.abort();
    await expect(slow).rejects.toThrow();
    server.json({ jsonrpc: '2.0', id: 1, result: DONE });
    await eventually('the place is free', async () => (await call()).body.includes('done'));
  });

  it.each<[what: string, end: () => void | Promise<void>]>([
    ['its client leaves', () => undefined],
    ['the server breaks off', () => server.close()],
    ['everything is halted', () => gate.setPolicy(policyFor({ ...OPEN, halt: { reason: 'test', by: 'carol' } }, {}))],
  ])('free their place when %s', async (_what, end) => {
    server.hang();
    const abort = new AbortController();
    const slow = fetch(gate.url, {
      ...{ method: 'POST', signal: abort.signal, body: modernRequest('tools/call', { name: 'slow', arguments: {} }) },
      headers: Object.fromEntries([...modernHeaders('tools/call', 'slow'), bearer(CLIENTS.ada)]),
    }).catch(() => undefined);
    await inFlight(1);
    expect(gate.gate.leases.size).toBe(1);
    await end();
    abort.abort();
    await slow;
    await eventually('nothing is held', () => gate.gate.leases.size === 0);
  });

  it('take no place while they wait for a person', async () => {
    const held = call('transfer');
    await pendingApproval(gate);
    expect((await call()).body).toContain('done');
    await decidePending(gate, 'Approved');
    expect((await held).body).toContain('done');
  });
});

describe('bytes of results', { tags: ['limits'] }, () => {
  const LARGE = { content: [{ type: 'text', text: 'x'.repeat(2000) }], resultType: 'complete' };

  it.each<[what: string, answer: () => void]>([
    ['one message', () => server.json({ jsonrpc: '2.0', id: 1, result: LARGE })],
    ['events', () => server.events({ jsonrpc: '2.0', id: 1, result: LARGE })],
    ['an error', () => server.json({ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x'.repeat(2000) } })],
  ])('are counted in %s: the call that fills them is the last', async (_what, answer) => {
    gate.setPolicy(under({ resultBytes: [{ name: 'bulk', bytes: '1Ki', window: '1h' }] }));
    answer();
    expect((await call()).body).toContain('xxx');
    expect((await call()).body).toMatch(
      /after answers of 2\d\d\d bytes to calls by this caller in an hour, of at most 1024/,
    );
    expect(reached('echo')).toBe(1);
  });
});

describe('loops', { tags: ['limits'] }, () => {
  it('of the same call are broken, and other arguments pass', async () => {
    gate.setPolicy(under({ loops: [{ per: ['principal'], identical: 2, window: '5m' }] }));
    const withArgs = async (n: number) => modern('tools/call', { name: 'echo', arguments: { n } }, 'echo');
    for (const n of [1, 1]) expect((await withArgs(n)).body).toContain('done');
    expect((await withArgs(1)).body).toContain('called with the same arguments 2 times in 5 minutes');
    expect((await withArgs(2)).body).toContain('done');
  });

  it.each<[what: string, answer: () => void]>([
    ['says isError', () => server.json({ jsonrpc: '2.0', id: 1, result: { ...DONE, isError: true } })],
    ['says isError in an event', () => server.events({ jsonrpc: '2.0', id: 1, result: { ...DONE, isError: true } })],
    ['answers with an error', () => server.json({ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'no' } })],
    ['answers with what is not MCP', () => server.raw('data: {"x":1}\n\n')],
  ])('of a tool that %s are broken, and another tool passes', async (_what, answer) => {
    gate.setPolicy(under({ loops: [{ failing: 2, window: '5m' }] }));
    answer();
    await call();
    await call();
    expect((await call()).body).toContain('which has failed 2 times in a row in 5 minutes');
    server.json({ jsonrpc: '2.0', id: 1, result: DONE });
    expect((await call('other')).body).toContain('done');
    expect(reached('echo')).toBe(2);
  });
});
