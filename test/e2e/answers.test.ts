/** What comes back: matched to what was asked, whole in its checks, in the form its client takes, and never silent for long. */
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StdioCommand } from '../../sidecar/upstream/stdio/process-group.ts';
import { StdioSessions } from '../../sidecar/upstream/stdio/sessions.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  INITIALIZE,
  JSON_HEADERS,
  callTool,
  legacyHeaders,
  messagesIn,
  modernHeaders,
  modernRequest,
} from '../support/messages.ts';
import { startMisbehaving } from '../support/misbehaving-server.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { openSession } from '../support/session.ts';

const { use, defer } = cleanupAfterEach();
const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [] } };
const TIGHT = policyOf({
  tools: [
    { names: ['echo'], effect: 'Allow' },
    { names: ['held'], effect: 'RequireApproval', approval: { hold: '20s' } },
  ],
});
let server: ScriptedServer;
let gate: TestGate;
let session: string;
beforeEach(async () => {
  server = await use(startScripted());
  gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL) }));
  session = await openSession(gate);
});

const post = async (body: string, headers = legacyHeaders(session)): Promise<RawResponse> =>
  rawExchange(gate.port, { headers, body });
const accept = (value: string): [string, string][] =>
  legacyHeaders(session).map(([name, old]) => [name, name === 'Accept' ? value : old]);
const modernList = async (): Promise<RawResponse> =>
  rawExchange(gate.port, { headers: modernHeaders('tools/list'), body: modernRequest('tools/list') });
const reasons = async (): Promise<string[]> => (await gate.decisions(1)).map(({ decision }) => decision.reason);

describe('a list', () => {
  it('that also carries a state is cut and made private, and the state is sealed', async () => {
    gate.setPolicy(TIGHT);
    server.json({
      ...RESULT,
      result: {
        resultType: 'complete',
        tools: [{ name: 'echo' }, { name: 'danger' }],
        ...{ cacheScope: 'public', ttlMs: 5, requestState: 'state-of-the-server' },
      },
    });
    const { body } = await modernList();
    expect(body).not.toMatch(/danger|"state-of-the-server"|"public"/);
    const [{ result }] = messagesIn(body) as [{ result: object }];
    expect(result).toMatchObject({ tools: [{ name: 'echo' }], ttlMs: 5, cacheScope: 'private' });
  });

  it.each([
    ['as an object', { tools: { a: { name: 'danger' } } }],
    ['under another spelling', { Tools: [{ name: 'danger' }] }],
    ['with a scope in two spellings', { tools: [], cachescope: 'public' }],
  ])('%s is not shown', async (_name, result) => {
    gate.setPolicy(TIGHT);
    server.json({ ...RESULT, result });
    const { body } = await modernList();
    expect(messagesIn(body)).toMatchObject([{ id: 1, error: { code: -31022 } }]);
  });
});

describe('an answer that nobody asked for', { tags: ['matched-answers'] }, () => {
  it('does not come before the approval of the call that it is for, and is on record', async () => {
    gate.setPolicy(TIGHT);
    const held = openStream(gate.url, {
      ...{ method: 'POST', headers: Object.fromEntries(legacyHeaders(session)), body: callTool('held', {}, 7021) },
    });
    await eventually('it is held', () => gate.approvals.list()[0]);
    server.events({ ...RESULT, id: 7021, result: { content: ['forged'] } }, { ...RESULT, id: 99 }, RESULT);
    expect(messagesIn((await post(callTool('echo'))).body)).toEqual([RESULT]);
    const stream = await held;
    stream.close();
    expect(stream.text).not.toContain('forged');
    const unasked = (await gate.decisions(3)).filter(({ decision }) => decision.reason === 'unasked-answer');
    expect(unasked).toMatchObject([{ method: 'response', outcome: 'refused' }]);
  });

  it('comes on no stream that is merely open', async () => {
    server.onGet((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ ...RESULT, id: 5 })}\n\n: behind\n\n`);
    });
    const stream = await openStream(gate.url, { headers: Object.fromEntries(legacyHeaders(session)) });
    defer(() => stream.close());
    await stream.find(/: behind/);
    expect(stream.text).not.toContain('result');
    expect(await reasons()).toContain('unasked-answer');
  });

  it('of the modern era is on record as well', async () => {
    server.events({ ...RESULT, id: 2 }, RESULT);
    expect(messagesIn((await modernList()).body)).toEqual([RESULT]);
    expect(await reasons()).toContain('unasked-answer');
  });
});

it('an id of an open call is not taken again, however many calls came after it', async () => {
  let end = (): void => {};
  const slow = await use(startMisbehaving());
  slow.answer((response, { headers }) => {
    if (headers['x-slow'] !== undefined) end = () => response.writeHead(500).end();
    else response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' }).end('{}');
  });
  const other = await use(startGate({ upstream: slow.url }));
  await rawExchange(other.port, { headers: JSON_HEADERS, body: INITIALIZE });
  const send = async (id: string | number, ...more: [string, string][]): Promise<RawResponse> =>
    rawExchange(other.port, { headers: [...legacyHeaders('s'), ...more], body: callTool('echo', {}, id) });
  const open = send('open', ['X-Slow', '1']);
  for (let i = 0; i < 1_050; i += 50) await Promise.all(Array.from({ length: 50 }, async (_, k) => send(i + k)));
  expect((await send('open')).body).toContain('is not answered yet');
  end();
  await open;
}, 60_000);

describe('what a server asks of a client', () => {
  const ask = { jsonrpc: '2.0', id: 0, method: 'sampling/createMessage', params: { messages: [] } };

  it('that has not declared it is answered in its place at once', async () => {
    const bare = (await rawExchange(gate.port, { headers: JSON_HEADERS, body: INITIALIZE })).headers['mcp-session-id'];
    server.events(ask, RESULT);
    expect(messagesIn((await post(callTool('echo'), legacyHeaders(bare))).body)).toEqual([RESULT]);
    const told = await eventually('the server is told', () => server.posted.find((message) => 'error' in message));
    expect(told).toMatchObject({ id: 0, error: { code: -32601, message: expect.stringContaining('"sampling"') } });
  });

  it('that takes no events is answered in its place, and the client gets its answer as JSON', async () => {
    server.events(ask, RESULT);
    const { headers, body } = await post(callTool('echo'), accept('application/json'));
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toEqual(RESULT);
    const told = await eventually('the server is told', () => server.posted.find((message) => 'error' in message));
    expect(told).toMatchObject({ id: 0, error: { code: -32000 } });
  });

  it('a hundred times and more in one answer ends that answer with one record, and no other', async () => {
    const many = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, { method: 'roots/list', params: {} }]));
    for (const [count, shown] of [
      [9_999, false],
      [100, true],
    ] as const) {
      server.json({ ...RESULT, result: { resultType: 'input_required', inputRequests: many(count) } });
      expect((await modernList()).body.includes('inputRequests')).toBe(shown);
    }
    const asked = (await gate.decisions(4)).filter(({ method }) => method === 'roots/list');
    expect(asked.map(({ outcome }) => outcome)).toEqual(['asked']);
  });
});

describe('Accept', () => {
  it('for events alone turns an answer in JSON into one event', async () => {
    server.json(RESULT);
    const { headers, body } = await post(callTool('echo'), accept('text/event-stream'));
    expect(headers['content-type']).toBe('text/event-stream');
    expect(messagesIn(body)).toEqual([RESULT]);
  });

  it.each([[callTool('echo')], [`[${callTool('echo')}]`]])(
    'for JSON alone gets it when the answer comes, also from a server that goes on with its stream: %s',
    async (body) => {
      const other = await use(startMisbehaving());
      other.answer((response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${JSON.stringify(RESULT)}\n\n`);
      });
      const own = await use(startGate({ upstream: other.url }));
      const headers: [string, string][] = [JSON_HEADERS[0] ?? ['', ''], ['Accept', 'application/json']];
      const answered = await rawExchange(own.port, { headers, body });
      expect([JSON.parse(answered.body)].flat()).toEqual([RESULT]);
      expect((await own.decisions(1)).map(({ outcome }) => outcome)).toEqual(['answered']);
      expect(own.gate.inFlight.size).toBe(0);
    },
  );

  it('for events alone turns JSON that names its charset into one event as well', async () => {
    const other = await use(startMisbehaving());
    other.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(RESULT));
    });
    const { port } = await use(startGate({ upstream: other.url }));
    const headers: [string, string][] = [JSON_HEADERS[0] ?? ['', ''], ['Accept', 'text/event-stream']];
    const answered = await rawExchange(port, { headers, body: callTool('echo') });
    expect(answered.headers['content-type']).toBe('text/event-stream');
    expect(messagesIn(answered.body)).toEqual([RESULT]);
  });

  it('holds for servers that are programs, too', async () => {
    const program = fileURLToPath(new URL('../support/stdio-raw-server.ts', import.meta.url));
    const command: StdioCommand = { command: [process.execPath, program], env: {}, cwd: undefined };
    const upstream = (): StdioSessions => new StdioSessions({ command, onLog() {}, onStray() {}, onSessionGone() {} });
    const own = await use(startGate({ upstream }));
    const id = await openSession(own);
    for (const [type, before] of [
      ['text/event-stream', [{ method: 'notifications/message' }]],
      ['application/json', []],
    ] as const) {
      const headers: [string, string][] = legacyHeaders(id).map(([name, old]) => [
        name,
        name === 'Accept' ? type : old,
      ]);
      const answer = await rawExchange(own.port, { headers, body: callTool('log', {}, type) });
      expect(answer.headers['content-type']).toBe(type);
      expect(messagesIn(answer.body)).toMatchObject([...before, { id: type }]);
    }
  });
});

describe('an answer that some clients could not read', () => {
  it.each(['NaN', '-Infinity', '1e999', '[1,]', '"\\x41"'])('%s becomes an error that all can', async (value) => {
    server.raw(`data: {"jsonrpc":"2.0","id":1,"result":{"content":[],"x":${value}}}\n\n`);
    expect(messagesIn((await post(callTool('echo'))).body)).toMatchObject([{ id: 1, error: { code: -31022 } }]);
  });
});

it('heartbeats that are events of another type are replaced by a comment, and an id with a NUL is left out', async () => {
  server.raw(`event: ping\ndata: 2026\n\nevent: beat\ndata: {"t":1}\n\nid: a\0b\ndata: ${JSON.stringify(RESULT)}\n\n`);
  expect((await post(callTool('echo'))).body).toBe(
    `: keep-alive\n\n: keep-alive\n\ndata: ${JSON.stringify(RESULT)}\n\n`,
  );
});

it("a server's own words on who may read its answers are not passed on", async () => {
  const odd = await use(startMisbehaving());
  odd.answer((response) =>
    response
      .writeHead(200, {
        ...{ 'content-type': 'application/json', 'access-control-allow-origin': '*', vary: 'accept' },
        ...{ 'access-control-allow-credentials': 'true', 'alt-svc': 'h3=":443"' },
      })
      .end(JSON.stringify(RESULT)),
  );
  const policy = policyOf(ALLOW_ALL, { anonymous: true, origins: ['https://app.example'] });
  const own = await use(startGate({ upstream: odd.url, policy }));
  const headers: [string, string][] = [...JSON_HEADERS, ['Origin', 'https://app.example']];
  const answer = await rawExchange(own.port, { headers, body: callTool('echo') });
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    vary: 'origin, accept',
  });
  expect(Object.keys(answer.headers).filter((name) => /credentials|alt-svc/.test(name))).toEqual([]);
});

it('a server that says nothing for long: head and comments go out, and what it says at last comes as an event', async () => {
  const silent = await use(startMisbehaving());
  silent.answer((response, { method }) => {
    if (method === 'GET') return;
    setTimeout(() => response.writeHead(404, { 'content-type': 'text/plain' }).end('gone'), 11_000);
  });
  const own = await use(startGate({ upstream: silent.url }));
  const init = { method: 'POST', headers: Object.fromEntries(JSON_HEADERS), body: callTool('echo') };
  const began = performance.now();
  const stream = await openStream(own.url, init);
  expect(performance.now() - began).toBeLessThan(10_900);
  expect(stream.status).toBe(200);
  await eventually('it is over', () => stream.ended, 5_000);
  expect(stream.text).toContain(': keep-alive\n\n');
  expect(messagesIn(stream.text)).toMatchObject([{ id: 1, error: { message: expect.stringContaining('404') } }]);
}, 30_000);
