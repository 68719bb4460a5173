/** What servers without sessions give out to be brought back: good only for whom it was given to. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { callTool, legacyHeaders, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { openSession } from '../support/session.ts';

const { use } = cleanupAfterEach();
const ADA = 'token-of-ada';
const BOB = 'token-of-bob';
const CLIENTS = { ada: ADA, bob: BOB };
let server: ScriptedServer;
let gate: TestGate;
beforeEach(async () => {
  server = await use(startScripted());
  gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, {}), clients: CLIENTS }));
});

type Json = Record<string, unknown>;
const authorization = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];

async function modern(method: string, name: string, params: Json, token = ADA, at = gate): Promise<RawResponse> {
  const headers = [...modernHeaders(method, name), authorization(token)];
  return rawExchange(at.port, { headers, body: modernRequest(method, params) });
}

const answer = (result: Json): Json => ({ jsonrpc: '2.0', id: 1, result });
const resultOf = ({ body }: RawResponse): Json => messagesIn(body)[0]?.['result'] as Json;
const errorOf = ({ body }: RawResponse): unknown => messagesIn(body)[0]?.['error'];
const lastPosted = (): Json => server.posted.at(-1)?.params ?? {};

describe('requestState', { tags: ['owned-handles'] }, () => {
  const STATE = 'v1."ünïcode"\n.state';
  const call = { name: 'echo', arguments: { amount: 12345678901234567890n.toString() } };

  async function ask(token = ADA, at = gate): Promise<string> {
    server.json(answer({ resultType: 'input_required', requestState: STATE, other: 1 }));
    const { requestState } = resultOf(await modern('tools/call', 'echo', call, token, at));
    return String(requestState);
  }

  it('comes back to the server as it was given out, and all else with it', async () => {
    const state = await ask();
    expect(state).not.toBe(STATE);
    server.json(answer({ content: [] }));
    const inputResponses = { a: { action: 'accept', content: { ok: true } } };
    expect(resultOf(await modern('tools/call', 'echo', { ...call, inputResponses, requestState: state }))).toEqual({
      content: [],
    });
    expect(lastPosted()).toMatchObject({ ...call, inputResponses, requestState: STATE });
  });

  it.each<[name: string, use: (state: string) => [state: string, token: string]]>([
    ['by another principal', (state) => [state, BOB]],
    ['changed', (state) => [`${state}x`, ADA]],
    ['without its seal', () => [STATE, ADA]],
    ['with a seal of nothing', () => ['sp1..x', ADA]],
    ['empty', () => ['', ADA]],
  ])('is refused %s, and the server never hears of it', async (_name, change) => {
    const [requestState, token] = change(await ask());
    const before = server.posted.length;
    expect(errorOf(await modern('tools/call', 'echo', { ...call, requestState }, token))).toMatchObject({
      code: -32602,
    });
    expect(server.posted).toHaveLength(before);
    expect((await gate.decisions(2)).at(-1)).toMatchObject({
      outcome: 'refused',
      decision: { reason: 'state-not-found' },
    });
  });

  it('is good at every replica once they share a key, and what was sealed before stays good', async () => {
    const other = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, {}), clients: CLIENTS }));
    const early = await ask();
    const shared = Buffer.alloc(32, 7);
    for (const one of [gate, other]) one.gate.seal.adopt(shared, []);
    const late = await ask();
    server.json(answer({ content: [] }));
    const retry = async (requestState: string, at: TestGate): Promise<boolean> =>
      errorOf(await modern('tools/call', 'echo', { ...call, requestState }, ADA, at)) === undefined;
    expect(await retry(late, other)).toBe(true);
    expect(await retry(early, gate)).toBe(true);
    expect(await retry(early, other)).toBe(false);
  });
});

describe('a task', { tags: ['owned-handles'] }, () => {
  const declared = {
    _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
  };

  it('of 2026-07-28 is asked after, changed and cancelled by whom it was begun for alone', async () => {
    server.json(answer({ resultType: 'task', taskId: 't1', status: 'working' }));
    await modern('tools/call', 'echo', { name: 'echo' });
    server.json(answer({ resultType: 'complete', taskId: 't1', status: 'working' }));
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const before = server.posted.length;
      expect(errorOf(await modern(method, 't1', { taskId: 't1', ...declared }, BOB))).toMatchObject({ code: -32602 });
      expect(errorOf(await modern(method, 'other', { taskId: 'other', ...declared }))).toMatchObject({ code: -32602 });
      // Of a client that knows of no tasks the capability is what is missing, as at servers.
      expect(await modern(method, 't1', { taskId: 't1' }, BOB)).toMatchObject({
        status: 400,
        body: expect.stringContaining('-32021'),
      });
      expect(server.posted).toHaveLength(before);
      expect(resultOf(await modern(method, 't1', { taskId: 't1' }))).toMatchObject({ taskId: 't1' });
    }
  });

  it('of 2025-11-25 as well, and a list of tasks shows the own ones', async () => {
    const sessions: Record<string, string> = {
      [ADA]: await openSession(gate, ADA),
      [BOB]: await openSession(gate, BOB),
    };
    const legacy = async (token: string, body: string): Promise<RawResponse> =>
      rawExchange(gate.port, { headers: [...legacyHeaders(sessions[token]), authorization(token)], body });
    for (const [token, taskId] of [
      [ADA, 'adas'],
      [BOB, 'bobs'],
    ] as const) {
      server.json(answer({ task: { taskId, status: 'working' } }));
      await legacy(token, callTool('echo'));
    }
    server.json(answer({ tasks: [{ taskId: 'adas' }, { taskId: 'bobs' }, {}] }));
    expect(resultOf(await legacy(ADA, request('tasks/list')))).toEqual({ tasks: [{ taskId: 'adas' }] });
    server.json(answer({ taskId: 'adas', status: 'completed' }));
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
      expect(errorOf(await legacy(BOB, request(method, { taskId: 'adas' })))).toMatchObject({ code: -32602 });
      expect(resultOf(await legacy(ADA, request(method, { taskId: 'adas' })))).toMatchObject({ taskId: 'adas' });
    }
  });

  it('how it fares is told to whom it was begun for alone', async () => {
    const status = (taskId: string): Json => ({
      jsonrpc: '2.0',
      method: 'notifications/tasks/status',
      params: { taskId, status: 'working' },
    });
    const session = await openSession(gate, ADA);
    server.events(status('theirs'), answer({ task: { taskId: 'own', status: 'working' } }), status('own'));
    const { body } = await rawExchange(gate.port, {
      headers: [...legacyHeaders(session), authorization(ADA)],
      body: callTool('echo'),
    });
    expect(body).not.toContain('theirs');
    expect(messagesIn(body)).toHaveLength(2);
  });

  it('is listened to by whom it was begun for alone', async () => {
    const before = server.posted.length;
    const { body } = await modern('subscriptions/listen', '', { notifications: { taskIds: ['theirs'] } });
    expect(messagesIn(body)[0]).toMatchObject({ error: { code: -32602 } });
    expect(server.posted).toHaveLength(before);
  });
});
