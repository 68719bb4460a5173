/** Lists of messages: 2025-03-26 has them, and each message in one takes the whole path. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, legacyHeaders, messagesIn, modernRequest, request } from '../support/messages.ts';
import { startMisbehaving } from '../support/misbehaving-server.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterEach();
let fixture: FixtureServer;
let gate: TestGate;
let session: string;

const RULES: PackSpec = {
  tools: [
    { names: ['echo', 'slow', 'steps'], effect: 'Allow' },
    { names: ['transfer'], effect: 'RequireApproval', approval: { hold: '5s' } },
  ],
};

beforeEach(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url, policy: policyOf(RULES) }));
  session = await open('2025-03-26');
});

async function open(version: string): Promise<string> {
  const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const { headers } = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', params) });
  return headers['mcp-session-id'] ?? expect.fail('no session');
}

const headersOf = (id: string, accept = JSON_HEADERS[1]?.[1] ?? ''): [string, string][] => [
  ['Content-Type', 'application/json'],
  ['Accept', accept],
  ['Mcp-Session-Id', id],
];
const post = async (body: string, headers = headersOf(session)): Promise<RawResponse> =>
  rawExchange(gate.port, { headers, body });
const list = (...messages: string[]): string => ` [ ${messages.join(' ,\n')} ] `;
const byId = (body: string): Record<string, { result?: { isError?: boolean }; error?: { code: number } }> =>
  Object.fromEntries(messagesIn(body).map((message) => [JSON.stringify(message['id']), message]));

it('decides on each message by itself: what is allowed runs, what is not is answered, each with its own id', async () => {
  const { status, body } = await post(
    list(callTool('echo', {}, 1), callTool('danger', {}, '1'), request('ping', {}, 2)),
  );
  expect(status).toBe(200);
  const answers = byId(body);
  expect(Object.keys(answers).sort()).toEqual(['"1"', '1', '2']);
  expect(answers['1']?.result).not.toHaveProperty('isError');
  expect(answers['"1"']?.result).toMatchObject({ isError: true });
  expect(fixture.executed).toEqual(['echo']);
  const decisions = await gate.decisions(4);
  expect(
    decisions
      .slice(1)
      .map(({ tool, method, outcome }) => `${tool ?? method} ${outcome}`)
      .sort(),
  ).toEqual(['danger refused', 'echo answered', 'ping answered']);
});

it('sends each message to the server alone, as the bytes it came in', async () => {
  const odd = '{"jsonrpc":"2.0", "id":7,\t"method":"ping"}';
  await post(list(odd, callTool('echo', {}, 8)));
  const bodies = fixture.seen.map(({ body }) => body);
  expect(bodies).toContain(odd);
  expect(bodies).toContain(callTool('echo', {}, 8));
});

it('answers with one list where the client takes no events', async () => {
  const { headers, body } = await post(
    list(callTool('danger', {}, 1), callTool('danger', {}, 2)),
    headersOf(session, 'application/json'),
  );
  expect(headers['content-type']).toBe('application/json');
  expect((JSON.parse(body) as { id: number }[]).map(({ id }) => id)).toEqual([1, 2]);
});

it('accepts a list of notifications, and passes them on', async () => {
  const { status, body } = await post(list(NOTE, NOTE));
  expect({ status, body }).toEqual({ status: 202, body: '' });
  expect(fixture.seen.filter((one) => one.body === NOTE)).toHaveLength(2);
});

it('holds one message for approval while the others are answered', async () => {
  const answer = post(list(callTool('transfer', {}, 1), callTool('echo', {}, 2)));
  await eventually('the other one has run', () => fixture.executed.includes('echo'));
  const approval = await eventually('somebody is asked', () => gate.approvals.list()[0]);
  expect(fixture.executed).toEqual(['echo']);
  gate.approvals.decide(approval.name, 'Approved', 'ada', undefined);
  const answers = byId((await answer).body);
  expect(answers['1']?.result).not.toHaveProperty('isError');
  expect(answers['2']?.result).not.toHaveProperty('isError');
  expect(fixture.executed).toEqual(['echo', 'transfer']);
});

it('a client that leaves takes back what is held', async () => {
  const gone = new AbortController();
  const headers = Object.fromEntries(headersOf(session));
  const answer = fetch(gate.url, { method: 'POST', headers, body: list(callTool('transfer')), signal: gone.signal });
  await eventually('somebody is asked', () => gate.approvals.list()[0]);
  await answer.then((response) => response.body?.getReader().read());
  gone.abort();
  const decisions = await gate.decisions(2);
  expect(decisions.at(-1)).toMatchObject({ tool: 'transfer', outcome: 'client-gone' });
  expect(fixture.executed).toEqual([]);
});

const NOTE = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' });

it('gives its room back with its last answer, or when its client is gone: lists use nothing up', async () => {
  const { openCalls, bytes } = gate.gate;
  const isEmpty = (): true | undefined => (openCalls.present === 0 && bytes.used === 0 ? true : undefined);
  for (const accept of ['application/json, text/event-stream', 'application/json']) {
    const { status } = await post(list(callTool('echo', {}, 1), callTool('danger', {}, 2)), headersOf(session, accept));
    expect(status).toBe(200);
  }
  const notification = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  expect((await post(list(notification, notification))).status).toBe(202);
  await eventually('room given back after the answers', isEmpty);
  const leaving = new AbortController();
  const sent = fetch(gate.url, {
    method: 'POST',
    headers: headersOf(session),
    body: list(callTool('slow', { ms: 5_000 }, 3), callTool('transfer', {}, 4)),
    signal: leaving.signal,
  }).then(async (response) => response.text());
  await eventually('a held call', () => (gate.gate.holds.size === 1 ? true : undefined));
  leaving.abort();
  await expect(sent).rejects.toThrow();
  await eventually('the room of the list given back', () => (openCalls.present <= 1 ? true : undefined));
});

describe('is refused as a whole', () => {
  it.each<[name: string, body: string, says: RegExp]>([
    ['an empty list', '[]', /empty list/],
    [
      'a message of the modern era among others',
      list(request('ping'), modernRequest('tools/list')),
      /a POST of its own/,
    ],
    [
      'more messages than the policy takes',
      list(...Array.from({ length: 101 }, (_, i) => request('ping', {}, i))),
      /at most 100/,
    ],
  ])('%s', async (_name, body, says) => {
    const seen = fixture.seen.length;
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(messagesIn(response.body)).toMatchObject([
      { id: null, error: { code: -32600, message: expect.stringMatching(says) } },
    ]);
    expect(fixture.seen).toHaveLength(seen);
  });

  it('in a session of a later revision, whatever revision a header names', async () => {
    const id = await open('2025-11-25');
    const headers: [string, string][] = [...headersOf(id), ['MCP-Protocol-Version', '2025-03-26']];
    const { status, body } = await post(list(callTool('echo')), headers);
    expect(status).toBe(200);
    expect(messagesIn(body)).toMatchObject([
      { id: 1, error: { message: expect.stringContaining('revision 2025-11-25 has no batches') } },
    ]);
    expect(fixture.executed).toEqual([]);
  });

  it.each(['2025-06-18', '2025-11-25'])('in revision %s, on which reference servers execute it', async (version) => {
    const later = await open(version);
    const seen = fixture.seen.length;
    for (const headers of [headersOf(later), legacyHeaders(later)]) {
      const { status, body } = await post(list(callTool('echo', {}, 4), request('ping', {}, 'five'), NOTE), headers);
      expect(status).toBe(200);
      // Each under its own id; an answer to nobody would end what else is open in the client.
      const refused = { code: -32600, message: expect.stringContaining(`has no batches`) };
      expect(messagesIn(body)).toMatchObject([
        { id: 4, error: refused },
        { id: 'five', error: refused },
      ]);
    }
    // Callers that nobody knows: the first is on record whole, what follows at once may be counted.
    const [line] = (await gate.decisions(3)).slice(2);
    expect([line?.outcome, line?.decision.reason]).toEqual(['refused', 'batch']);
    expect(fixture.seen).toHaveLength(seen);
    expect(fixture.executed).toEqual([]);
  });

  it('where the policy takes none', async () => {
    gate.setPolicy(policyOf({ ...ALLOW_ALL, limits: { batch: 0 } }));
    const { status, body } = await post(list(request('ping', {}, 3)));
    expect(status).toBe(200);
    expect(messagesIn(body)).toMatchObject([{ id: 3, error: { message: expect.stringContaining('takes none') } }]);
    const asList = await post(list(request('ping', {}, 3)), headersOf(session, 'application/json'));
    expect(JSON.parse(asList.body)).toMatchObject([{ id: 3, error: { code: -32600 } }]);
  });
});

const DEEP = `{"a":${'['.repeat(70)}${']'.repeat(70)}}`;

describe('refuses a message within a list', () => {
  it.each<[name: string, element: string, says: RegExp]>([
    ['that is a list itself', `[${callTool('echo')}]`, /list within a list/],
    ['that is initialize', request('initialize', { protocolVersion: '2025-03-26' }), /comes alone/],
    ['that is no message', '{"jsonrpc":"2.0"}', /Invalid request/],
    ['that has a key twice', callTool('x', {}, 1).replace('"name"', '"name":"echo","name"'), /"id":1,.*same key twice/],
    ['that has half an emoji', callTool('x', { text: '\ud83d' }, 1), /"id":1,.*surrogate/],
    ['that goes too deep', callTool('x', {}, 1).replace('{}', DEEP), /"id":1,.*nested deeper/],
    ['that is a call without id', '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}', /needs an "id"/],
  ])('%s', async (_name, element, says) => {
    const { status, body } = await post(list(element, request('ping', {}, 2)));
    expect(status).toBe(200);
    expect(body).toContain('"id":2');
    if (!element.includes('tools/call') || element.startsWith('[')) expect(body).toMatch(says);
    expect(fixture.executed).toEqual([]);
  });
});

it('filters the lists that a server answers with in a list of its own', async () => {
  const server = await use(startMisbehaving());
  const answer = { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'echo' }, { name: 'danger' }] } };
  server.answer((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(`[${JSON.stringify(answer)}]`),
  );
  const other = await use(startGate({ upstream: server.url, policy: policyOf(RULES) }));
  const { body } = await rawExchange(other.port, { headers: JSON_HEADERS, body: request('tools/list') });
  expect(JSON.parse(body)).toEqual([{ ...answer, result: { tools: [{ name: 'echo' }] } }]);
});
