/** A call of 2026-07-28 that nobody has decided on in time: its client comes back by itself, to whichever replica. */
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { OperatorApprovals } from '../../sidecar/approvals/operator-approvals.ts';
import { SYSTEM_CLOCK } from '../../sidecar/clock.ts';
import { OperatorClient } from '../../sidecar/operator-client/client.ts';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { rulesHolding } from '../support/held-calls.ts';
import { callTool, legacyHeaders, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { holdingFor, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { bearer, openSession } from '../support/session.ts';

type Json = Record<string, unknown>;

const { use } = cleanupAfterEach();
const CLIENTS = { ada: 'token-of-ada', bob: 'token-of-bob' };
const POLICY = holdingFor(policyOf(rulesHolding('20s'), {}), 100);
const ARGS = { amount: 5000, to: 'ACME' };
const CALL = { name: 'transfer', arguments: ARGS };
let operator: OperatorDouble;
let server: ScriptedServer;
let gate: TestGate;
beforeEach(async () => {
  operator = await use(OperatorDouble.start());
  server = await use(startScripted());
  server.json({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'done' }], resultType: 'complete' } });
  gate = await gateAsking(server.url);
});

async function gateAsking(upstream: string, policy = POLICY): Promise<TestGate> {
  const client = await use(new OperatorClient(operator, SYSTEM_CLOCK));
  const approvals = new OperatorApprovals(client, SYSTEM_CLOCK, pino({ level: 'silent' }), 500);
  return use(startGate({ upstream, policy, approvals, clients: CLIENTS }));
}

async function call(params: Json, token = CLIENTS.ada, at = gate): Promise<Json> {
  const headers = [...modernHeaders('tools/call', 'transfer'), bearer(token)];
  const { body } = await rawExchange(at.port, { headers, body: modernRequest('tools/call', params) });
  return messagesIn(body).at(-1) ?? {};
}

async function result(params: Json, token?: string, at?: TestGate): Promise<Json> {
  return (await call(params, token, at))['result'] as Json;
}

async function waiting(params: Json = CALL, at = gate): Promise<string> {
  const said = await result(params, undefined, at);
  expect(said).toMatchObject({ resultType: 'input_required', requestState: expect.stringMatching(/^sph1\./) });
  expect(said).not.toHaveProperty('inputRequests');
  return String(said['requestState']);
}

const refusalIn = (said: Json): unknown => said['_meta'];
const reads = (reason: string, state: string) => ({ 'sallyport.dev/refusal': { reason, state } });

describe('the official client', () => {
  let fixture: FixtureServer;
  beforeEach(async () => {
    fixture = await use(startFixture());
    gate = await gateAsking(fixture.url);
  });

  const outcomes = async (): Promise<unknown[]> =>
    (await gate.decisions()).flatMap(({ method, outcome }) => (method === 'tools/call' ? [outcome] : []));

  it('comes back until a person has decided, and what it began with is executed once', async () => {
    const client = await use(connectV2(gate.url, 'modern', CLIENTS.ada));
    const answer = client.callTool(CALL);
    await eventually('it has come back twice', async () => (await outcomes()).length >= 2);
    operator.settle(operator.only().name, 'Approved');
    expect(textOf(await answer)).toBe('transfer {"amount":5000,"to":"ACME"}');
    expect(fixture.executed).toEqual(['transfer']);
    expect(fixture.seen.filter(({ body }) => body.includes('requestState'))).toEqual([]);
    const all = await eventually('it is on record', async () => {
      const so = await outcomes();
      return so.includes('answered') ? so : undefined;
    });
    expect(new Set(all.slice(0, -1))).toEqual(new Set(['pending']));
  });

  it('reads in the end what to do, where nobody decides for long', async () => {
    gate.setPolicy(holdingFor(POLICY, 1));
    const client = await use(connectV2(gate.url, 'modern', CLIENTS.ada));
    expect(textOf(await client.callTool(CALL))).toMatch(/^Not executed yet: .*Call again with identical arguments/);
    expect(await outcomes()).toEqual(Array.from({ length: 9 }, () => 'pending'));
    expect(operator.questions).toHaveLength(1);
  });
});

describe('what a client comes back with', () => {
  it('is good at another replica with the same key, and the call is executed there', async () => {
    const other = await gateAsking(server.url);
    for (const one of [gate, other]) {
      one.gate.seal.adopt(Buffer.alloc(32, 7), []);
      one.gate.approvalDigests.adopt(Buffer.alloc(32, 7));
    }
    const state = await waiting();
    operator.settle(operator.only().name, 'Approved');
    const retry = { ...CALL, requestState: state };
    expect(await result(retry, CLIENTS.ada, other)).toMatchObject({ content: [{ text: 'done' }] });
    expect(await result(retry, CLIENTS.ada, gate)).toMatchObject({ _meta: reads('approval-used', 'Consumed') });
    expect(server.posted).toHaveLength(1);
    expect(server.posted[0]?.params).not.toHaveProperty('requestState');
  });

  it.each<[string, (state: string) => [Json, string?]]>([
    ['another principal', (state) => [{ ...CALL, requestState: state }, CLIENTS.bob]],
    ['other arguments', (state) => [{ name: 'transfer', arguments: { ...ARGS, amount: 5001 }, requestState: state }]],
    [
      'answers that were not held',
      (state) => [{ ...CALL, inputResponses: { a: { action: 'cancel' } }, requestState: state }],
    ],
    ['a state that was changed', (state) => [{ ...CALL, requestState: state.replace('"round":1', '"round":0') }]],
    ['no seal', (state) => [{ ...CALL, requestState: `sph1.${state.slice(state.indexOf('{'))}` }]],
    ['the seal of a server', (state) => [{ ...CALL, requestState: state.replace('sph1.', 'sp1.') }]],
  ])('is refused with %s, also when it is approved', async (_name, change) => {
    const state = await waiting();
    operator.settle(operator.only().name, 'Approved');
    expect(await call(...change(state))).toMatchObject({ error: { code: -32602 } });
    expect(server.posted).toEqual([]);
    expect(operator.approvals.size).toBe(1);
  });

  it.each([
    ['Denied', 'approval-denied'],
    ['Expired', 'approval-expired'],
    ['Withdrawn', 'approval-outdated'],
    ['Consumed', 'approval-used'],
  ])('tells what has become of its request meanwhile (%s), and nobody is asked anew', async (state, reason) => {
    const requestState = await waiting();
    operator.settle(operator.only().name, state);
    expect(refusalIn(await result({ ...CALL, requestState }))).toMatchObject(reads(reason, state));
    expect(operator.questions).toHaveLength(1);
  });

  it('of another policy asks a person anew', async () => {
    const requestState = await waiting();
    const before = operator.only().name;
    gate.setPolicy(holdingFor(POLICY, 99));
    await waiting({ ...CALL, requestState });
    expect([...operator.approvals.keys()].map((name) => name === before)).toEqual([true, false]);
  });

  it('gives the server its own state and the answers to what it asked, which the client does not say again', async () => {
    const inputRequests = {
      sure: { method: 'elicitation/create', params: { mode: 'form', message: '?', requestedSchema: {} } },
    };
    const OWN = 'v1."own"';
    const answers = { sure: { action: 'accept', content: { amount: '#' } } };
    const ask = { resultType: 'input_required', requestState: OWN, inputRequests };
    const elicits = { _meta: { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } } };
    server.json({ jsonrpc: '2.0', id: 1, result: ask });
    const first = await waiting({ ...CALL, ...elicits });
    operator.settle(operator.only().name, 'Approved');
    const asked = await result({ ...CALL, ...elicits, requestState: first });
    expect(asked).toMatchObject({ resultType: 'input_required', inputRequests });
    const second = await waiting({ ...CALL, ...elicits, requestState: asked['requestState'], inputResponses: answers });
    const pending = [...operator.approvals.values()].find(({ state }) => state === 'Pending');
    operator.settle(String(pending?.name), 'Approved');
    server.json({ jsonrpc: '2.0', id: 1, result: { content: [], resultType: 'complete' } });
    expect(await result({ ...CALL, ...elicits, requestState: second })).toEqual({
      content: [],
      resultType: 'complete',
    });
    expect(server.posted.at(-1)?.params).toMatchObject({ ...CALL, requestState: OWN, inputResponses: answers });
  });
});

it('a gate that ends lets its client come back to another one', async () => {
  gate.setPolicy(policyOf(rulesHolding('20s'), {}));
  const held = result(CALL);
  await eventually('it is held', () => operator.pollsOpen > 0);
  gate.gate.holds.cancelAll();
  expect(await held).toMatchObject({ resultType: 'input_required' });
});

it('a client of a policy that holds no call open is told to call again', async () => {
  gate.setPolicy(policyOf(rulesHolding('0s'), {}));
  expect(await result(CALL)).toMatchObject({ isError: true, _meta: reads('approval-pending', 'Pending') });
});

it('a client of an earlier revision is told to call again', async () => {
  const headers = [...legacyHeaders(await openSession(gate, CLIENTS.ada)), bearer(CLIENTS.ada)];
  const { body } = await rawExchange(gate.port, { headers, body: callTool('transfer', ARGS) });
  expect(messagesIn(body).at(-1)).toMatchObject({
    result: { isError: true, _meta: reads('approval-pending', 'Pending') },
  });
});
