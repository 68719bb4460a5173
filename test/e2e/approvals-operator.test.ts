/** Held calls that the operator is asked about: the same ladder, over a connection that may fail at any point of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { callDigest } from '../../core/mcp/call-digest.ts';
import { OperatorApprovals } from '../../sidecar/approvals/operator-approvals.ts';
import { SYSTEM_CLOCK } from '../../sidecar/clock.ts';
import { OperatorClient } from '../../sidecar/operator-client/client.ts';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { policyHolding, sendTransfer, transfer } from '../support/held-calls.ts';

const { use } = cleanupAfterEach();
const ARGS = { amount: 5000, to: 'ACME' };
let fixture: FixtureServer;
let operator: OperatorDouble;
let gate: TestGate;

beforeEach(async () => {
  fixture = await use(startFixture());
  operator = await use(OperatorDouble.start());
  gate = await gateAsking(operator);
});

async function gateAsking(asked: OperatorDouble, patienceMs = 500): Promise<TestGate> {
  const client = await use(new OperatorClient(asked, SYSTEM_CLOCK));
  const approvals = new OperatorApprovals(client, SYSTEM_CLOCK, pino({ level: 'silent' }), patienceMs);
  return use(startGate({ upstream: fixture.url, policy: policyHolding('20s'), approvals }));
}

async function held(): Promise<string> {
  return eventually('a call is held', () => (operator.pollsOpen > 0 ? operator.only().name : undefined));
}

describe('a held call', () => {
  it('is shown to the operator and executed once when it is approved', async () => {
    const call = transfer(gate, ARGS);
    const name = await held();
    expect(operator.questions).toMatchObject([{ preview: ARGS, rules: ['finance/rules#ask'], method: 'tools/call' }]);
    expect(fixture.executed).toEqual([]);
    operator.settle(name, 'Approved');
    expect((await call).text).toBe('transfer {"amount":5000,"to":"ACME"}');
    expect(operator.only().state).toBe('Consumed');
    expect(fixture.executed).toEqual(['transfer']);
    expect(await gate.decisions(1)).toMatchObject([
      { outcome: 'answered', decision: { effect: 'RequireApproval' }, approval: { name, state: 'Consumed' } },
    ]);
  });

  it(
    'is shown without its secrets, with what its server says of the tool, and a digest that nobody can guess by',
    { tags: ['shown-as-is'] },
    async () => {
      const client = await use(connectV1(gate.url));
      await client.listTools();
      const call = transfer(gate, { ...ARGS, memo: 'DE89370400440532013000' });
      const name = await held();
      const [{ preview, shown, pin, digest } = {}] = operator.questions as Record<string, unknown>[];
      expect(preview).toEqual({ ...ARGS, memo: '[redacted: iban-1]' });
      expect(shown).toMatchObject({ redacted: [{ kind: 'iban', at: '/memo', sent: true }] });
      expect(pin).toBe(gate.gate.inputSchemas.cardOf('transfer')?.digest);
      const params = { name: 'transfer', arguments: { ...ARGS, memo: 'DE89370400440532013000' } };
      expect(digest).not.toBe(callDigest('finance/ledger', 'anonymous:anonymous', 'tools/call', params));
      operator.settle(name, 'Approved');
      expect((await call).text).toContain('DE89370400440532013000');
    },
  );

  it(
    'is not executed, nor its approval used up, once its server says something else of the tool',
    { tags: ['approvals', 'pins'] },
    async () => {
      const client = await use(connectV1(gate.url));
      await client.listTools();
      const call = transfer(gate, ARGS);
      const name = await held();
      const other = { name: 'transfer', description: 'Transfers everything.' };
      gate.gate.inputSchemas.listed('transfer', Buffer.from(JSON.stringify(other)));
      operator.settle(name, 'Approved');
      const { refusal, text } = await call;
      expect(refusal).toBe('approval-outdated');
      expect(text).toContain(`what the server says of tool "transfer" changed after ${name} was asked for`);
      expect(operator.only().state).toBe('Approved');
      expect(fixture.executed).toEqual([]);
    },
  );

  it.each([
    ['Denied', 'approval-denied', /ada denied this call .*wrong account/],
    ['Expired', 'approval-expired', /expired before it could be used/],
    ['Withdrawn', 'approval-outdated', /was withdrawn.*Call again/],
    ['Consumed', 'approval-used', /an identical call used the approval/],
  ])('reads in its own words that it is %s', async (state, reason, words) => {
    const call = transfer(gate, ARGS);
    operator.settle(await held(), state, 'wrong account');
    const answer = await call;
    expect(answer.refusal).toBe(reason);
    expect(answer.text).toMatch(words);
    expect(fixture.executed).toEqual([]);
    expect(await gate.decisions(1)).toMatchObject([{ outcome: 'refused', approval: { state } }]);
  });

  it('is told to call again when nobody decides in time; the same call then collects the decision', async () => {
    gate.setPolicy(policyHolding('0s'));
    const first = await transfer(gate, ARGS);
    expect(first.refusal).toBe('approval-pending');
    operator.settle(operator.only().name, 'Approved');
    expect((await transfer(gate, ARGS)).text).toContain('ACME');
    const third = await transfer(gate, ARGS);
    expect(third.text).toContain(`The earlier approval ${first.approval} was used once and does not cover this call.`);
    expect(fixture.executed).toEqual(['transfer']);
  });

  it('covers one of ten identical calls, in two replicas of the gate', async () => {
    const other = await gateAsking(operator);
    // As the operator gives it to both.
    for (const one of [gate, other]) one.gate.approvalDigests.adopt(Buffer.alloc(32, 7));
    const calls = Array.from({ length: 10 }, async (_, i) => transfer(i % 2 === 0 ? gate : other, ARGS));
    await eventually('both replicas wait', () => operator.pollsOpen === 2 && operator.questions.length === 10);
    operator.settle(operator.only().name, 'Approved');
    const refusals = (await Promise.all(calls)).map(({ refusal }) => refusal);
    expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(1);
    expect(new Set(refusals)).toEqual(new Set([undefined, 'approval-used']));
    expect(fixture.executed).toEqual(['transfer']);
  });

  it(
    'is not executed under a policy that came while it was held, or while it was claimed',
    { tags: ['approvals'] },
    async () => {
      const call = transfer(gate, ARGS);
      const name = await held();
      gate.setPolicy(policyHolding('19s'));
      operator.settle(name, 'Approved');
      expect((await call).refusal).toBe('approval-outdated');
      expect(operator.only().state).toBe('Approved');
      gate.setPolicy(policyHolding('20s'));
      operator.goWrong(/consume/, 'cut', 1);
      const claiming = transfer(gate, ARGS);
      await eventually('it is claimed', () => operator.requests.some((request) => request.includes('consume')));
      gate.setPolicy(policyHolding('18s'));
      expect((await claiming).refusal).toBe('approval-outdated');
      expect(operator.only().state).toBe('Consumed');
      expect(fixture.executed).toEqual([]);
    },
  );

  it('by the name of an approval of somebody else learns nothing', async () => {
    gate.setClients({ ada: 'ada-token', bob: 'bob-token' });
    gate.setPolicy(policyHolding('0s'));
    const { approval } = await transfer(gate, ARGS, { token: 'ada-token' });
    operator.settle(approval, 'Approved');
    const stolen = { token: 'bob-token', meta: { 'sallyport.dev/approval': approval } };
    expect((await transfer(gate, ARGS, stolen)).refusal).toBe('approval-unknown');
    expect(fixture.executed).toEqual([]);
  });
});

describe('the official clients', () => {
  it.each([
    ['SDK v1', async () => connectV1(gate.url)],
    ['SDK v2, legacy', async () => connectV2(gate.url, 'legacy')],
    ['SDK v2, 2026-07-28', async () => connectV2(gate.url, 'modern')],
  ])('%s: held, approved, executed', async (_name, connect) => {
    const client = (await use<{ close(): unknown }>(connect())) as Awaited<ReturnType<typeof connectV2>>;
    const result = client.callTool({ name: 'transfer', arguments: ARGS });
    operator.settle(await held(), 'Approved');
    expect(textOf(await result)).toBe('transfer {"amount":5000,"to":"ACME"}');
    expect(fixture.executed).toEqual(['transfer']);
  });
});

describe('the operator does not answer', { tags: ['fails-closed'] }, () => {
  it.each([
    ['is down', async (): Promise<void> => operator.down()],
    ['hangs', async (): Promise<void> => operator.goWrong(/./, 'hang')],
    ['fails', async (): Promise<void> => operator.goWrong(/./, 503)],
  ])('because it %s: calls that need approval are refused, others are not affected', async (_name, mishap) => {
    await mishap();
    const answer = await transfer(gate, ARGS);
    expect(answer.refusal).toBe('approval-unavailable');
    expect(answer.text).toContain(
      'the approval service does not answer; calls that need approval are refused until it does',
    );
    expect((await transfer(gate, {}, { tool: 'echo' })).refusal).toBeUndefined();
    expect(fixture.executed).toEqual(['echo']);
    expect((await gate.decisions(2))[0]).toMatchObject({
      outcome: 'refused',
      decision: { reason: 'approval-unavailable' },
    });
  });

  it('in the middle of a hold: it is waited for, and a decision made then still counts', async () => {
    const call = transfer(gate, ARGS);
    const name = await held();
    await operator.down();
    await sleep(300);
    await operator.listen();
    operator.settle(name, 'Approved');
    expect((await call).text).toContain('ACME');
  });

  it('until the end of a hold: the client is told to call again', async () => {
    gate.setPolicy(policyHolding('1s'));
    const call = transfer(gate, ARGS);
    await held();
    await operator.down();
    expect((await call).refusal).toBe('approval-pending');
    expect(fixture.executed).toEqual([]);
  });

  it('when the approval is to be used: not executed, and the next identical call collects it', async () => {
    const call = transfer(gate, ARGS);
    const name = await held();
    operator.goWrong(/consume/, 'hang');
    operator.settle(name, 'Approved');
    const answer = await call;
    expect(answer.refusal).toBe('approval-unavailable');
    expect(answer.text).toMatch(/broke off while the approval was being used up, so the call was not executed/);
    operator.recover();
    expect((await transfer(gate, ARGS)).text).toContain('ACME');
    expect(fixture.executed).toEqual(['transfer']);
  });
});

describe('a client that leaves', () => {
  it('while the operator is being asked: nothing is executed, and nothing is left behind', async () => {
    operator.goWrong(/POST .*approvals$/, 'hang', 1);
    const socket = sendTransfer(gate, ARGS);
    await eventually('the operator is asked', () => operator.requests.length > 0);
    socket.destroy();
    expect(await gate.decisions(1)).toMatchObject([{ outcome: 'client-gone' }]);
    await sleep(700);
    expect(operator.pollsOpen).toBe(0);
    expect(fixture.executed).toEqual([]);
    expect(await gate.gate.metrics.registry.getSingleMetricAsString('sallyport_held_calls')).toMatch(/ 0$/);
  });

  it('while it waits: the question ends, and the decision waits for an identical call', async () => {
    const socket = sendTransfer(gate, ARGS);
    const name = await held();
    socket.destroy();
    await eventually('nobody waits', () => operator.pollsOpen === 0);
    operator.settle(name, 'Approved');
    await sleep(50);
    expect(fixture.executed).toEqual([]);
    expect((await transfer(gate, ARGS)).text).toContain('ACME');
  });

  it('while its approval is being used up: not executed, and on record as used', async () => {
    const socket = sendTransfer(gate, ARGS);
    const name = await held();
    operator.goWrong(/consume/, 503, 1);
    operator.settle(name, 'Approved');
    await eventually('it is claimed', () => operator.requests.some((request) => request.includes('consume')));
    socket.destroy();
    expect(await gate.decisions(1)).toMatchObject([{ outcome: 'client-gone', approval: { name, state: 'Consumed' } }]);
    expect(fixture.executed).toEqual([]);
  });
});
