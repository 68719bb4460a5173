/** The other direction: what servers ask of clients, decided on by policy, in both eras. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { callTool, legacyHeaders, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { startScripted, type ScriptedServer } from '../support/scripted-server.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { openSession } from '../support/session.ts';

const { use } = cleanupAfterEach();
let server: ScriptedServer;
let gate: TestGate;
let session: string;
const RULES: PackSpec = {
  ...ALLOW_ALL,
  methods: [{ names: ['vendor/*', 'notifications/vendor/*'], effect: 'Allow' }],
  clientRequests: {
    sampling: { effect: 'Deny', reason: 'models are billed to us' },
    roots: { effect: 'Log' },
    urlElicitation: { effect: 'Allow', hosts: ['*.example.com'] },
  },
};

beforeEach(async () => {
  server = await use(startScripted());
  gate = await use(startGate({ upstream: server.url, policy: policyOf(RULES) }));
  session = await openSession(gate);
});

const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [] } };
const call = async (): Promise<RawResponse> =>
  rawExchange(gate.port, { headers: legacyHeaders(session), body: callTool('echo') });
const asks = (method: string, params: object = {}, id: unknown = 0): object => ({ jsonrpc: '2.0', id, method, params });

describe('a request of a server in a legacy session', { tags: ['server-requests'] }, () => {
  it.each<[name: string, ask: object, passes: boolean]>([
    ['a form', asks('elicitation/create', { message: 'hi', requestedSchema: {} }), true],
    [
      'a page of an allowed host',
      asks('elicitation/create', { mode: 'url', url: 'https://a.example.com/x', message: 'm' }),
      true,
    ],
    [
      'a page of another host',
      asks('elicitation/create', { mode: 'url', url: 'https://evil.test/x', message: 'm' }),
      false,
    ],
    [
      'a page that is not https',
      asks('elicitation/create', { mode: 'url', url: 'http://a.example.com/', message: 'm' }),
      false,
    ],
    ['an elicitation of a mode nobody knows', asks('elicitation/create', { mode: 'voice' }), false],
    ['sampling', asks('sampling/createMessage', { messages: [] }), false],
    ['roots', asks('roots/list'), true],
    ['ping', asks('ping'), true],
    ['a method that no revision knows', asks('unknown/thing'), false],
    ['one that a rule names', asks('vendor/thing'), true],
  ])('%s', async (_name, ask, passes) => {
    server.events(ask, RESULT);
    const { body } = await call();
    const methods = messagesIn(body)
      .map(({ method }) => method)
      .filter(Boolean);
    expect(methods).toEqual(passes ? [(ask as { method: string }).method] : []);
    expect(messagesIn(body).at(-1)).toEqual(RESULT);
    if (passes) return;
    const answer = await eventually('the server is answered', () =>
      server.posted.find((message) => 'error' in message),
    );
    expect(answer).toMatchObject({
      id: 0,
      error: { message: expect.stringMatching(/Refused by policy|Method not found|Invalid params/) },
    });
  });

  it('is one of so many that a server cannot fill the log with them', async () => {
    const many = Array.from({ length: 300 }, (_, id) => asks('roots/list', {}, id));
    server.events(...many, RESULT);
    await call();
    const lines = await gate.decisions(1);
    expect(lines.filter(({ method }) => method === 'roots/list').length).toBe(100);
    expect(gate.gate.audit.state).toBe('ok');
  });

  it('is on record, with who was asked and by which rule it was decided', { tags: ['records'] }, async () => {
    server.events(asks('sampling/createMessage'), asks('roots/list', {}, 1), RESULT);
    await call();
    const decisions = await gate.decisions(4);
    expect(
      decisions.map(({ method, outcome, decision }) => [method, outcome, decision.effect, decision.rules]),
    ).toEqual([
      ['initialize', 'answered', 'Allow', []],
      ['sampling/createMessage', 'refused', 'Deny', ['finance/rules#clientRequests.sampling']],
      ['roots/list', 'asked', 'Log', ['finance/rules#clientRequests.roots']],
      ['tools/call', 'answered', 'Allow', ['finance/rules#tools[0]']],
    ]);
  });

  it.each<[name: string, event: string]>([
    ['with an escaped key', '{"jsonrpc":"2.0","id":0,"m\\u0065thod":"sampling/createMessage","params":{}}'],
    [
      'over several data lines',
      '{"jsonrpc":"2.0","id":0,\ndata: "method":"sampling/createMessage"\ndata: ,"params":{}}',
    ],
    ['within a list', `[${JSON.stringify(asks('sampling/createMessage'))}]`],
  ])('is found %s', async (_name, event) => {
    server.raw(`data: ${event}\n\ndata: ${JSON.stringify(RESULT)}\n\n`);
    const { body } = await call();
    expect(body).not.toContain('sampling');
  });

  it.each<[name: string, event: string]>([
    ['whose key is in another case', '{"jsonrpc":"2.0","id":0,"METHOD":"sampling/createMessage"}'],
    ['that has a key twice', '{"jsonrpc":"2.0","id":0,"method":"ping","method":"sampling/createMessage"}'],
  ])('ends the answer when it is one %s', async (_name, event) => {
    server.raw(`data: ${event}\n\n`);
    const { body } = await call();
    expect(messagesIn(body)).toMatchObject([{ id: 1, error: { code: -31022 } }]);
  });

  it('keeps its event id when it is dropped, for a client that resumes', async () => {
    server.raw(
      `id: 7\ndata: ${JSON.stringify(asks('sampling/createMessage'))}\n\nid: 8\ndata: ${JSON.stringify(RESULT)}\n\n`,
    );
    const { body } = await call();
    expect(body).toBe(`id: 7\n\nid: 8\ndata: ${JSON.stringify(RESULT)}\n\n`);
  });
});

describe('a response of a client', () => {
  const respond = async (id: unknown, from = session): Promise<RawResponse> =>
    rawExchange(gate.port, { headers: legacyHeaders(from), body: JSON.stringify({ jsonrpc: '2.0', id, result: {} }) });
  const answered = (): unknown[] => server.posted.filter((message) => 'result' in message).map(({ id }) => id);

  it('reaches the server once, when the server asked', async () => {
    server.events(asks('roots/list', {}, 1), asks('roots/list', {}, '1'), RESULT);
    await call();
    for (const id of ['1', 1, 1, '1']) expect((await respond(id)).status).toBe(202);
    expect(answered()).toEqual(['1', 1]);
  });

  it('to a request that was refused, or never made, goes nowhere, and is on record', async () => {
    server.events(asks('sampling/createMessage', {}, 5), RESULT);
    await call();
    expect(await respond(5)).toMatchObject({ status: 202, body: '' });
    // Of nobody known: two within the same moment would be counted instead of recorded one by one.
    await sleep(50);
    expect(await respond(6)).toMatchObject({ status: 202, body: '' });
    expect(answered()).toEqual([]);
    const decisions = await gate.decisions(5);
    expect(decisions.slice(-2).map(({ method, outcome, decision }) => [method, outcome, decision.reason])).toEqual([
      ['response', 'refused', 'unexpected-response'],
      ['response', 'refused', 'unexpected-response'],
    ]);
  });

  it('of another session goes nowhere', { tags: ['owned-handles'] }, async () => {
    server.events(asks('roots/list', {}, 1), RESULT);
    await call();
    const other = await openSession(gate);
    expect((await respond(1, other)).status).toBe(202);
    expect(answered()).toEqual([]);
  });
});

describe('a notification of a server', () => {
  it.each<[method: string, passes: boolean]>([
    ['notifications/message', true],
    ['notifications/tools/list_changed', true],
    ['notifications/vendor/x', true],
    ['notifications/unknown', false],
    ['tools/call', false],
  ])('%s', async (method, passes) => {
    server.events({ jsonrpc: '2.0', method, params: {} }, RESULT);
    const { body } = await call();
    expect(body.includes(method)).toBe(passes);
  });
});

describe('in 2026-07-28', { tags: ['server-requests'] }, () => {
  const modern = async (params: object = {}): Promise<RawResponse> =>
    rawExchange(gate.port, {
      headers: modernHeaders('tools/call', 'echo'),
      body: modernRequest('tools/call', { name: 'echo', arguments: {}, ...params }),
    });
  const inputRequired = (method: string, params: object = {}): object => ({
    ...RESULT,
    result: { resultType: 'input_required', inputRequests: { a: { method, params } }, requestState: 's' },
  });

  it.each<[name: string, answer: object, passes: boolean]>([
    ['a form', inputRequired('elicitation/create', { mode: 'form', message: 'm', requestedSchema: {} }), true],
    ['a page elsewhere', inputRequired('elicitation/create', { mode: 'url', url: 'https://evil.test/' }), false],
    ['sampling', inputRequired('sampling/createMessage'), false],
  ])('what is asked inside of a result: %s', async (_name, answer, passes) => {
    server.json(answer);
    const [message] = messagesIn((await modern()).body);
    if (passes) expect(message).toMatchObject({ result: { resultType: 'input_required' } });
    else {
      expect(JSON.stringify(message)).not.toContain('inputRequests');
      expect(message).toMatchObject({ id: 1, result: { isError: true, resultType: 'complete' } });
    }
  });

  it('what is asked inside of a result and nobody knows ends the call with an error', async () => {
    server.json(inputRequired('other/thing'));
    const [message] = messagesIn((await modern()).body);
    expect(message).toMatchObject({ id: 1, error: { code: -31022, message: expect.stringContaining('other/thing') } });
  });

  it('a request of its own, which that revision does not have, is dropped', async () => {
    server.events(asks('roots/list'), RESULT);
    expect(messagesIn((await modern()).body)).toEqual([RESULT]);
  });

  it('an answer to what may not be asked goes nowhere', async () => {
    const { body } = await modern({
      inputResponses: { a: { role: 'assistant', content: { type: 'text', text: 'x' }, model: 'm' } },
    });
    expect(messagesIn(body)).toMatchObject([{ result: { isError: true } }]);
    expect(server.posted.filter(({ method }) => method === 'tools/call')).toEqual([]);
  });
});

it('the error that asks for a page: only of an allowed host', { tags: ['server-requests'] }, async () => {
  for (const [url, passes] of [
    ['https://a.example.com/', true],
    ['https://evil.test/', false],
  ] as const) {
    server.json({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: -32042,
        message: 'm',
        data: { elicitations: [{ mode: 'url', url, elicitationId: 'e', message: 'm' }] },
      },
    });
    const [message] = messagesIn((await call()).body);
    expect(message).toMatchObject({ id: 1, error: { code: passes ? -32042 : -31001 } });
  }
});
