/** What was found by reading the doors as an attacker would, on either side of them. Each once let something pass, or ended the gate. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { endIdleSessions } from '../../sidecar/call/end-session.ts';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { Policy } from '../../core/policy/policy.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  INITIALIZE,
  JSON_HEADERS,
  callTool,
  legacyHeaders,
  messagesIn,
  modernHeaders,
  modernRequest,
  request,
} from '../support/messages.ts';
import { type MisbehavingServer, startMisbehaving } from '../support/misbehaving-server.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawBytes, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { openSession } from '../support/session.ts';

const { use, defer } = cleanupAfterEach();
const MIB = 1 << 20;
const RULES: PackSpec = {
  ...ALLOW_ALL,
  clientRequests: { sampling: { effect: 'Deny' }, roots: { effect: 'Deny' }, urlElicitation: { effect: 'Deny' } },
};
const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [] } };
let server: ScriptedServer;
let gate: TestGate;
beforeEach(async () => {
  server = await use(startScripted());
  server.json(RESULT);
  gate = await use(startGate({ upstream: server.url, policy: policyOf(RULES) }));
});

const modern = async (params: object = {}): Promise<RawResponse> =>
  rawExchange(gate.port, {
    headers: modernHeaders('tools/call', 'echo'),
    body: modernRequest('tools/call', { name: 'echo', arguments: {}, ...params }),
  });
const errorIn = ({ body }: RawResponse): unknown => messagesIn(body)[0]?.['error'];
const still = async (): Promise<void> => expect((await modern()).status).toBe(200);
const answer = (text: string): void => server.raw(`data: ${text}\n\n`);

describe('a small message that becomes very large', { tags: ['bounded'] }, () => {
  it('of a client: a list of very many elements', async () => {
    const response = await rawExchange(gate.port, { headers: JSON_HEADERS, body: `[${'1,'.repeat(240_000)}1]` });
    expect(errorIn(response)).toMatchObject({ message: expect.stringContaining('at most 100') });
    await still();
  });

  it('of a client: arguments of very many empty lists', async () => {
    const args = `{"a":[${'[],'.repeat(300_000)}[]]}`;
    const response = await rawExchange(gate.port, {
      headers: JSON_HEADERS,
      body: callTool('echo').replace('{}', args),
    });
    expect(messagesIn(response.body)).toMatchObject([
      { id: 1, result: { isError: true, content: [{ text: expect.stringContaining('250000 values') }] } },
    ]);
    await still();
  });

  it.each<[name: string, data: string]>([
    ['a list of very many elements', `[${'1,'.repeat(300_000)}1]`],
    [
      'a result of very many members',
      `{"jsonrpc":"2.0","id":1,"result":{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join(',')}}}`,
    ],
    ['a catalogue of very many items', `{"jsonrpc":"2.0","id":1,"result":{"tools":[${'{},'.repeat(300_000)}{}]}}`],
  ])('of a server: %s', async (_name, data) => {
    answer(data);
    const headers = modernHeaders('tools/list');
    const response = await rawExchange(gate.port, { headers, body: modernRequest('tools/list') });
    expect(errorIn(response)).toMatchObject({ message: expect.stringContaining('The MCP server') });
  });

  it.each<[name: string, text: string]>([
    ['an id', `{"jsonrpc":"2.0","id":[${'[],'.repeat(300_000)}1],"result":{}}`],
    ['a code', `{"jsonrpc":"2.0","id":1,"error":{"code":[${'[],'.repeat(300_000)}1],"message":""}}`],
    ['params', `{"jsonrpc":"2.0","method":"notifications/message","params":{"a":[${'[],'.repeat(300_000)}1]}}`],
  ])('of a server: %s of very many values', async (_name, text) => {
    answer(text);
    const { status, body } = await modern();
    expect(status).toBe(200);
    expect(body.length).toBeLessThan(2 * MIB);
    await still();
  });

  it('of a server: an answer of very many line ends that only some clients know', async () => {
    const text = `{"jsonrpc":"2.0","id":1,"result":{"t":"${'\u2028'.repeat(1_000_000)}"}}`;
    for (const type of ['text/event-stream', 'application/json']) {
      const body = type === 'application/json' ? text.replace(',', ',\n') : `data: ${text}\n\n`;
      const large = await use(startMisbehaving());
      large.answer((response) => response.writeHead(200, { 'content-type': type }).end(body));
      const own = await use(startGate({ upstream: large.url }));
      const asBatch = await rawExchange(own.port, { headers: JSON_HEADERS, body: `[${callTool('echo')}]` });
      expect(asBatch.body).not.toContain('\u2028');
      expect(JSON.stringify(messagesIn(asBatch.body)[0])).toBe(text);
    }
  });

  it('of a server: answers to a batch, for a client that takes no events', async () => {
    server.json({ ...RESULT, result: { text: 'x'.repeat(6 * MIB) } });
    const calls = [1, 2, 3].map((id) => callTool('echo', {}, id));
    const headers: [string, string][] = [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json'],
    ];
    const large = await use(startMisbehaving());
    large.answer((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...RESULT, result: { text: 'x'.repeat(6 * MIB) } })),
    );
    const own = await use(startGate({ upstream: large.url }));
    const { body } = await rawExchange(own.port, { headers, body: `[${calls[0]}]` });
    expect(JSON.parse(body)).toHaveLength(1);
    const answers = JSON.parse(
      (
        await rawExchange(own.port, {
          headers,
          body: `[${calls.map((call) => call.replace(/"id":\d/, '"id":1')).join(',')}]`,
        })
      ).body,
    ) as { error?: object }[];
    expect(answers.filter(({ error }) => error !== undefined)).toMatchObject([{ error: { code: -31022 } }]);
  });

  it('of a server: an event of very many lines', async () => {
    server.raw(`${'id: 1\n'.repeat(200_000)}data: ${JSON.stringify(RESULT)}\n\n`);
    expect(errorIn(await modern())).toMatchObject({ code: -31022 });
  });
});

describe('what a server asks, hidden where nobody looks', { tags: ['server-requests'] }, () => {
  const asked = (inputRequests: string): string =>
    `{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":${inputRequests}}}`;
  const FORM = '{"method":"elicitation/create","params":{"mode":"form"}}';
  const SAMPLING = '{"method":"sampling/createMessage","params":{}}';

  it.each<[name: string, text: string]>([
    ['a key twice', asked(`{"a":${FORM},"a":${SAMPLING}}`)],
    ['a method in another case', asked('{"a":{"method":"elicitation/create","Method":"sampling/createMessage"}}')],
    ['a mode in another case', asked('{"a":{"method":"elicitation/create","params":{"mode":"form","Mode":"url"}}}')],
    ['a mode twice', asked('{"a":{"method":"elicitation/create","params":{"mode":"url","mode":"form"}}}')],
    [
      'a number that is none',
      asked('{"a":{"method":"elicitation/create","params":{"mode":"url","url":"https://x","n":NaN}}}'),
    ],
    ['a list of requests', asked(`[${SAMPLING}]`)],
    [
      'an error with a member twice',
      '{"jsonrpc":"2.0","id":1,"error":{"message":"","code":-32042,"message":"","data":{"elicitations":[{"url":"https://x"}]}}}',
    ],
    [
      'an error whose data has a member twice',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"","data":{"elicitations":[],"elicitations":[{"url":"https://x"}]}}}',
    ],
    [
      'an error in another case',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"","Data":{"elicitations":[{"url":"https://x"}]}}}',
    ],
    [
      'a page that calls itself a form',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"","data":{"elicitations":[{"mode":"form","url":"https://x"}]}}}',
    ],
    [
      'a page in a revision that has none',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"","data":{"elicitations":[{"url":"https://x"}]}}}',
    ],
  ])('%s', async (_name, text) => {
    answer(text);
    const { body } = await modern();
    expect(body).not.toContain('https://x');
    expect(body).not.toContain('"inputRequests":');
    expect(messagesIn(body)).toHaveLength(1);
  });

  it('a page that is asked for in a session of 2025-06-18', async () => {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
    const opened = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', params) });
    const session = opened.headers['mcp-session-id'] ?? '';
    const ask = { jsonrpc: '2.0', id: 0, method: 'elicitation/create', params: { mode: 'url', url: 'https://x' } };
    server.events(ask, RESULT);
    const headers: [string, string][] = [...JSON_HEADERS, ['Mcp-Session-Id', session]];
    expect(messagesIn((await rawExchange(gate.port, { headers, body: callTool('echo') })).body)).toEqual([RESULT]);
  });

  it('in a notification of a task', async () => {
    const notification = (inputRequests: object): object => ({
      jsonrpc: '2.0',
      method: 'notifications/tasks',
      params: { taskId: 't', inputRequests },
    });
    server.json({ jsonrpc: '2.0', id: 1, result: { resultType: 'task', taskId: 't' } });
    await modern();
    server.events(notification({ a: JSON.parse(SAMPLING) }), notification({ a: JSON.parse(FORM) }), RESULT);
    expect(messagesIn((await modern()).body)).toEqual([notification({ a: JSON.parse(FORM) }), RESULT]);
  });

  it('an answer of two kinds at once', async () => {
    const response = await modern({ inputResponses: { a: { action: 'accept', roots: [{ uri: 'file:///' }] } } });
    expect(response.body).toContain('Refused by policy');
  });

  it('while nothing can be recorded', async () => {
    const slow = await use(startMisbehaving());
    let release: (() => void) | undefined;
    slow.answer((response) => {
      if (release !== undefined) {
        response.writeHead(202).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      const ask = { jsonrpc: '2.0', id: 0, method: 'elicitation/create', params: {} };
      release = () => response.end(`data: ${JSON.stringify(ask)}\n\ndata: ${JSON.stringify(RESULT)}\n\n`);
    });
    let full = false;
    const audit: NonNullable<Parameters<typeof startGate>[0]['audit']> = {
      write: (_fd, _buffer, _offset, length, done) =>
        done(full ? new Error('the disk is full') : null, full ? 0 : length),
      retryMs: 50,
    };
    const audited = await use(startGate({ upstream: slow.url, policy: policyOf(RULES), audit }));
    const call = rawExchange(audited.port, { headers: JSON_HEADERS, body: callTool('echo') });
    await eventually('the call is on its way', () => release);
    full = true;
    await rawExchange(audited.port, { headers: JSON_HEADERS, body: '[' });
    await eventually('the log has failed', () => audited.gate.audit.state !== 'ok');
    release?.();
    expect(messagesIn((await call).body)).toEqual([RESULT]);
    full = false;
    await eventually('the log goes on', () => audited.gate.audit.state === 'ok');
  });
});

describe('what some clients take for the end of a line', () => {
  const SAMPLING = '{"jsonrpc":"2.0","id":9,"method":"sampling/createMessage","params":{}}';
  const ODD = ['\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029'];

  it.each(ODD.map((end) => [JSON.stringify(end), end]))('%s: no message stands behind it', async (_name, end) => {
    const text = JSON.stringify({ ...RESULT, result: { content: [{ type: 'text', text: 'TEXT' }] } });
    for (const hidden of [`: ${end}data: ${SAMPLING}${end}${end}`, `id: 1${end}data: ${SAMPLING}${end}${end}`]) {
      server.raw(`${hidden}\ndata: ${text}\n\n`);
      const { body } = await modern();
      expect(body).not.toContain('sampling');
      expect(messagesIn(body)).toHaveLength(1);
    }
    server.raw(`data: ${text.replace('TEXT', `a${end}data: ${SAMPLING.replaceAll('"', '\\"')}${end}${end}`)}\n\n`);
    const { body } = await modern();
    expect(body).not.toContain(end);
    expect(JSON.stringify(messagesIn(body))).toContain('sampling');
  });

  it('stands in nothing that the gate itself writes into events', async () => {
    const session = await openSession(gate);
    gate.setPolicy(policyOf({ tools: [{ names: ['list'], effect: 'Allow' }] }));
    server.events({
      jsonrpc: '2.0',
      id: 1,
      result: { tools: [{ name: 'list', description: ODD.join('') }, { name: 'x' }] },
    });
    const { body } = await rawExchange(gate.port, { headers: legacyHeaders(session), body: request('tools/list') });
    for (const end of ODD) expect(body).not.toContain(end);
    expect(messagesIn(body)[0]).toMatchObject({ result: { tools: [{ name: 'list', description: ODD.join('') }] } });
  });
});

describe('an answer', { tags: ['matched-answers'] }, () => {
  it('is given once', async () => {
    server.events(RESULT, { ...RESULT, result: { content: ['second'] } });
    expect(messagesIn((await modern()).body)).toEqual([RESULT]);
    server.raw(`data: ${JSON.stringify(RESULT)}\n\ndata: {"nonsense":1}\n\n`);
    expect(messagesIn((await modern()).body)).toEqual([RESULT]);
    expect((await gate.decisions(2)).map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
  });

  it('to somebody else comes on no stream of the modern era, whatever it asks', async () => {
    const other = {
      jsonrpc: '2.0',
      id: 'other',
      result: { resultType: 'input_required', inputRequests: { a: { method: 'sampling/createMessage', params: {} } } },
    };
    server.events(other, RESULT);
    expect(messagesIn((await modern()).body)).toEqual([RESULT]);
  });

  it('to something else is no answer', async () => {
    server.json({ ...RESULT, id: 2 });
    expect(errorIn(await modern())).toMatchObject({ code: -31022 });
  });

  it.each(['application/json; charset=iso-2022-jp', 'text/event-stream;charset="shift_jis"'])(
    'in other letters is not read: %s',
    async (type) => {
      const odd = await use(startMisbehaving());
      odd.answer((response) => response.writeHead(200, { 'content-type': type }).end(JSON.stringify(RESULT)));
      const other = await use(startGate({ upstream: odd.url }));
      const body = modernRequest('tools/call', { name: 'echo' });
      expect(
        errorIn(await rawExchange(other.port, { headers: modernHeaders('tools/call', 'echo'), body })),
      ).toMatchObject({ code: -31022 });
    },
  );

  it('to a notification says its status, and nothing that is no message', async () => {
    const odd = await use(startMisbehaving());
    const other = await use(startGate({ upstream: odd.url }));
    const ask = '{"jsonrpc":"2.0","id":0,"method":"sampling/createMessage"}';
    const note = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
    for (const [status, type, body, passes] of [
      [200, 'application/json', '{}', false],
      [202, 'application/jsonx', ask, false],
      [400, 'text/event-stream', `data: ${ask}\n\n`, false],
      [400, 'text/html', '<h1>', false],
      [400, 'application/json', '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}', true],
    ] as const) {
      odd.answer((response) => response.writeHead(status, { 'content-type': type }).end(body));
      const response = await rawExchange(other.port, { headers: JSON_HEADERS, body: note });
      expect(response).toMatchObject({ status, body: passes ? body : '' });
    }
  });

  it('that cannot be inspected ends the call', async () => {
    const policy = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: { hold: '5s' } }] });
    gate.setPolicy(policy);
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    answer(
      `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1,"x":${deep}}}`,
    );
    const call = modern({ _meta: { progressToken: 'p' } });
    const approval = await eventually('somebody is asked', () => gate.approvals.list()[0]);
    gate.approvals.decide(approval.name, 'Approved', 'root', undefined);
    expect(messagesIn((await call).body).at(-1)).toMatchObject({ error: { code: -31022 } });
    expect(await gate.decisions(1)).toMatchObject([{ outcome: 'upstream-error' }]);
  });
});

describe('over HTTP+SSE', () => {
  let odd: MisbehavingServer;
  let other: TestGate;
  let stream: EventStream;
  let target: string;
  const ASK = 'data: {"jsonrpc":"2.0","id":99,"method":"sampling/createMessage","params":{}}\n\n';

  beforeEach(async () => {
    odd = await use(startMisbehaving());
    odd.answer((response, { method }) => {
      if (method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: endpoint\ndata: /message\n\n');
      } else response.writeHead(400, { 'content-type': 'text/plain' }).end(ASK);
    });
    other = await use(startGate({ upstream: odd.url, policy: policyOf({ ...RULES, tools: [] }) }));
    stream = await openStream(other.url);
    defer(() => stream.close());
    target = await stream.find(/(?<=data: )\/\S+/);
  });
  const post = async (body: string, headers: [string, string][] = JSON_HEADERS): Promise<RawResponse> =>
    rawExchange(other.port, { target, headers, body });

  it('nothing but events comes on the stream', async () => {
    expect(await post('{"jsonrpc":"2.0","method":"notifications/initialized"}')).toMatchObject({
      status: 400,
      body: '',
    });
    expect(await post(callTool('echo', {}, 'x'))).toMatchObject({ status: 202 });
    await stream.find(/"id":"x"/);
    expect(stream.text).not.toContain('sampling');
  });

  it('a second name for the session, in a header, is none', async () => {
    const headers: [string, string][] = [...JSON_HEADERS, ['Mcp-Session-Id', 'theirs']];
    expect((await post(INITIALIZE, headers)).status).toBe(404);
  });

  it('an id is free again when its call was refused', async () => {
    for (let i = 0; i < 2; i++) expect((await post(callTool('echo', {}, 'same'))).status).toBe(202);
    await eventually('both are refused', () => stream.text.split('Refused by policy').length === 3);
  });

  it('who does not read what is refused loses the stream', async () => {
    const socket = connect(other.port, '127.0.0.1');
    defer(() => socket.destroy());
    socket.write(rawBytes(other.port, { method: 'GET', headers: [['Accept', 'text/event-stream']] }));
    const [head] = (await once(socket, 'data')) as [Buffer];
    const own = /\/mcp\?sessionId=\S+/.exec(head.toString())?.[0] ?? expect.fail(head.toString());
    socket.pause();
    const body = callTool(`no-${'x'.repeat(900)}`, {}, 1);
    await eventually(
      'the session is over',
      async () => {
        const some = Array.from({ length: 200 }, async () =>
          rawExchange(other.port, { target: own, headers: JSON_HEADERS, body }),
        );
        return (await Promise.all(some)).some(({ status }) => status === 404);
      },
      25_000,
    );
  });
});

describe('a session', () => {
  it('is in use while a call of it runs', async () => {
    const fixture = await use(startFixture());
    const { bundle, revision } = policyOf(ALLOW_ALL);
    const policy = new Policy({ ...bundle, limits: { ...bundle.limits, sessionIdleMs: 0 } }, revision);
    const idle = await use(startGate({ upstream: fixture.url, policy }));
    const session = await openSession(idle);
    const call = rawExchange(idle.port, { headers: legacyHeaders(session), body: callTool('slow', { ms: 300 }) });
    await eventually('the tool runs', () => fixture.executed.includes('slow'));
    endIdleSessions(idle.gate);
    expect((await call).status).toBe(200);
    expect(fixture.seen.map(({ method }) => method)).not.toContain('DELETE');
    endIdleSessions(idle.gate);
    await eventually('it is ended now', () => fixture.seen.some(({ method }) => method === 'DELETE'));
  });

  it('a stream that the server has not answered yet ends with it', async () => {
    server.onGet(() => {});
    const session = await openSession(gate);
    const stream = openStream(gate.url, { headers: Object.fromEntries(legacyHeaders(session)) });
    await eventually('the server is asked', () => server.heads.some(({ method }) => method === 'GET'));
    expect(gate.gate.streams.size).toBe(1);
    await rawExchange(gate.port, { method: 'DELETE', headers: legacyHeaders(session) });
    expect((await stream).status).toBe(404);
    expect(gate.gate.streams.size).toBe(0);
  });

  it('that makes room for another one ends, and the server is told', async () => {
    const first = await openSession(gate);
    for (let i = 0; i < 1_000; i++)
      gate.gate.sessions.open(`s${i}`, { kind: 'anonymous', name: 'anonymous', groups: [] }, NEWEST_LEGACY);
    await eventually('the server is told', () =>
      server.heads.some(({ method, headers }) => method === 'DELETE' && headers['mcp-session-id'] === first),
    );
  });
});

describe('what clients pass over', () => {
  it.each<[name: string, event: string]>([
    ['an event of another type', 'event: ping\ndata: {"time":1}'],
    ['a heartbeat', 'event: heartbeat\ndata: {}'],
    ['text', 'data: connected'],
    ['the end mark of other protocols', 'data: [DONE]'],
    ['a notification that is none', 'data: {"jsonrpc":"2.0","method":"notifications/message","params":[1]}'],
  ])('does not cost them the answer: %s', async (_name, event) => {
    server.raw(`${event}\n\ndata: ${JSON.stringify(RESULT)}\n\n`);
    expect(messagesIn((await modern()).body)).toEqual([RESULT]);
  });

  it('an id that is a number, answered as text', async () => {
    for (const answered of [() => server.json({ ...RESULT, id: '1' }), () => server.events({ ...RESULT, id: '1' })]) {
      answered();
      expect(messagesIn((await modern()).body)).toEqual([{ ...RESULT, id: '1' }]);
    }
    expect((await gate.decisions(2)).map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
  });

  it('a byte order mark, and Latin-1 that is ASCII', async () => {
    const odd = await use(startMisbehaving());
    const own = await use(startGate({ upstream: odd.url }));
    const body = modernRequest('tools/call', { name: 'echo' });
    for (const [type, text] of [
      ['application/json', `\uFEFF${JSON.stringify(RESULT)}`],
      ['application/json;charset=ISO-8859-1', JSON.stringify(RESULT)],
    ] as const) {
      odd.answer((response) => response.writeHead(200, { 'content-type': type }).end(text));
      const response = await rawExchange(own.port, { headers: modernHeaders('tools/call', 'echo'), body });
      expect(messagesIn(response.body)).toEqual([RESULT]);
    }
  });

  it('keeps the headers that go with a status, where the body is no message', async () => {
    const odd = await use(startMisbehaving());
    odd.answer((response) =>
      response.writeHead(429, { 'content-type': 'text/plain', 'retry-after': '7' }).end('slow down'),
    );
    const own = await use(startGate({ upstream: odd.url }));
    const body = modernRequest('tools/call', { name: 'echo' });
    const response = await rawExchange(own.port, { headers: modernHeaders('tools/call', 'echo'), body });
    expect(response).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7', 'content-type': 'application/json' },
    });
  });
});

it('a page that is asked for without saying so', async () => {
  const session = await openSession(gate);
  server.events(
    {
      jsonrpc: '2.0',
      id: 0,
      method: 'elicitation/create',
      params: { message: 'm', url: 'https://x', elicitationId: 'e' },
    },
    RESULT,
  );
  const { body } = await rawExchange(gate.port, { headers: legacyHeaders(session), body: callTool('echo') });
  expect(messagesIn(body)).toEqual([RESULT]);
  for (const code of ['"-32042"', '-32042.5', `-32042.${'0'.repeat(5 * MIB)}`]) {
    answer(
      `{"jsonrpc":"2.0","id":1,"error":{"code":${code},"message":"m","data":{"elicitations":[{"url":"https://x"}]}}}`,
    );
    expect((await modern()).body).not.toContain('https://x');
  }
});

it('a stream that was quiet is resumed from its own last event, whatever came on others', async () => {
  server.onGet((response, { headers }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (headers['last-event-id'] === undefined)
      response.write('id: quiet\ndata: \n\n', () => setTimeout(() => response.end(), 100));
    else response.end(': resumed\n\n');
  });
  const session = await openSession(gate);
  const headers = Object.fromEntries(legacyHeaders(session));
  const stream = await openStream(gate.url, { headers });
  await stream.find(/quiet/);
  server.raw(
    `${Array.from({ length: 600 }, (_, i) => `id: e${i}\ndata: \n\n`).join('')}data: ${JSON.stringify(RESULT)}\n\n`,
  );
  await rawExchange(gate.port, { headers: legacyHeaders(session), body: callTool('echo') });
  await eventually('the stream has ended', () => stream.ended);
  const resumed = await openStream(gate.url, { headers: { ...headers, 'last-event-id': 'quiet' } });
  expect(resumed.status).toBe(200);
});

it('one bad message does not end a stream that others come on', async () => {
  server.onGet((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(
      'data: {"method":"x","params":[1]}\n\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n',
    );
  });
  const session = await openSession(gate);
  const stream = await openStream(gate.url, { headers: Object.fromEntries(legacyHeaders(session)) });
  defer(() => stream.close());
  await stream.find(/notifications\/message/);
  expect(stream.text).not.toContain('[1]');
  expect(stream.ended).toBe(false);
});

it('a server that asks for what it may not have again and again is not listened to any more', async () => {
  const session = await openSession(gate);
  const asks = Array.from({ length: 500 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'roots/list' }));
  server.events(...asks, RESULT);
  const response = await rawExchange(gate.port, { headers: legacyHeaders(session), body: callTool('echo') });
  expect(errorIn(response)).toMatchObject({ code: -31022 });
  expect(server.posted.filter((message) => 'error' in message).length).toBeLessThanOrEqual(101);
});

it('CONNECT behind a call that is not answered yet: the gate goes on', async () => {
  const fixture = await use(startFixture());
  const busy = await use(startGate({ upstream: fixture.url }));
  const socket = connect(busy.port, '127.0.0.1');
  defer(() => socket.destroy());
  const call = rawBytes(busy.port, { headers: JSON_HEADERS, body: INITIALIZE });
  socket.write(Buffer.concat([call, Buffer.from('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n')]));
  let text = '';
  socket.on('data', (data: Buffer) => {
    text += data.toString();
  });
  await once(socket, 'close');
  expect(text).toContain('protocolVersion');
  expect(await busy.decisions(2)).toHaveLength(2);
  expect((await rawExchange(busy.port, { headers: JSON_HEADERS, body: INITIALIZE })).status).toBe(200);
});
