/** One call, one question, one execution. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  Answer,
  decidePending,
  pendingApproval,
  pendingApprovals,
  policyHolding,
  transfer,
} from '../support/held-calls.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { expiringIn } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterEach();
let fixture: FixtureServer;
let gate: TestGate;
beforeEach(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url, policy: policyHolding('20s') }));
});

const ARGS = { amount: 5000, to: 'ACME' };

/** Told to call again at once: the way of a client that cannot wait. */
async function askAndGoOn(args: object = ARGS, options = {}): Promise<string> {
  gate.setPolicy(policyHolding('0s'));
  const answer = await transfer(gate, { ...args }, options);
  expect(answer.refusal).toBe('approval-pending');
  return answer.approval;
}

/** With the amount in this spelling, which no value of JavaScript has. */
async function transferOf(amount: string): Promise<Answer> {
  const body = modernRequest('tools/call', { name: 'transfer', arguments: { amount: 0, to: 'ACME' } });
  const headers = modernHeaders('tools/call', 'transfer');
  const spelled = body.replace('"amount":0', `"amount":${amount}`);
  return new Answer(await rawExchange(gate.port, { headers, body: spelled }));
}

describe('a held call', () => {
  it('is executed once when it is approved in time', async () => {
    const held = transfer(gate, ARGS);
    const { subject } = await pendingApproval(gate);
    expect(subject).toMatchObject({
      server: 'ledger',
      method: 'tools/call',
      preview: ARGS,
      rules: ['finance/rules#ask'],
    });
    expect(subject.reason).toBe('transfers need a person');
    expect(fixture.executed).toEqual([]);
    await decidePending(gate, 'Approved');
    expect((await held).text).toBe('transfer {"amount":5000,"to":"ACME"}');
    expect(fixture.executed).toEqual(['transfer']);
    const lines = await gate.decisions(1);
    expect(lines).toMatchObject([
      { outcome: 'answered', decision: { effect: 'RequireApproval' }, approval: { state: 'Consumed' } },
    ]);
  });

  it('shows at once that it is alive', async () => {
    const held = transfer(gate, ARGS);
    await decidePending(gate, 'Approved');
    const { response } = await held;
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(response.headers['cache-control']).toBe('no-cache, no-transform');
    expect(response.body).toMatch(/^: keep-alive\n\n/);
  });

  it('is answered in JSON to a client that takes no events', async () => {
    const held = transfer(gate, ARGS, { headers: [['Accept', 'application/json']] });
    await decidePending(gate, 'Approved');
    const { response, text } = await held;
    expect(response.headers['content-type']).toBe('application/json');
    expect(text).toContain('transfer');
  });

  it('reads who denied it and why, and so does the same call again', async () => {
    const held = transfer(gate, ARGS);
    await decidePending(gate, 'Denied', 'wrong account');
    for (const answer of [await held, await transfer(gate, ARGS)]) {
      expect(answer.refusal).toBe('approval-denied');
      expect(answer.text).toMatch(/^Not executed: ada denied this call .*wrong account.*Do not retry it\.$/);
    }
    expect(fixture.executed).toEqual([]);
    expect(gate.approvals.list()).toHaveLength(1);
  });

  it('that expires while it waits says so once; the same call again asks anew', async () => {
    gate.setPolicy(expiringIn(policyHolding('20s'), 100));
    const first = await transfer(gate, ARGS);
    expect(first.refusal).toBe('approval-expired');
    expect(first.text).toMatch(/expired before it could be used\. Calling again asks a person anew/);
    const second = transfer(gate, ARGS);
    expect((await pendingApproval(gate)).name).not.toBe(first.approval);
    await decidePending(gate, 'Approved');
    expect((await second).text).toContain('ACME');
    expect(fixture.executed).toEqual(['transfer']);
  });
});

describe('a client that is told to call again', { tags: ['approvals'] }, () => {
  it('reads what to do, collects the approval with the identical call, and has used it up', async () => {
    const name = await askAndGoOn();
    const again = await transfer(gate, ARGS);
    expect(again.approval).toBe(name);
    expect(again.text).toMatch(
      /^Not executed yet: .*Call again with identical arguments to collect the decision, until .*Z\.$/,
    );
    await decidePending(gate, 'Approved');
    expect((await transfer(gate, ARGS)).text).toBe('transfer {"amount":5000,"to":"ACME"}');
    const third = await transfer(gate, ARGS);
    expect(third.refusal).toBe('approval-pending');
    expect(third.approval).not.toBe(name);
    expect(third.text).toContain(`The earlier approval ${name} was used once and does not cover this call.`);
    expect(fixture.executed).toEqual(['transfer']);
    expect((await gate.decisions(4)).map(({ outcome }) => outcome)).toEqual([
      'pending',
      'pending',
      'answered',
      'pending',
    ]);
  });

  it('collects it with the keys in another order, another id and other metadata', async () => {
    await askAndGoOn();
    await decidePending(gate, 'Approved');
    const meta = { progressToken: 'p', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    expect((await transfer(gate, { to: 'ACME', amount: 5000 }, { meta })).refusal).toBeUndefined();
  });

  it.each<[name: string, args: Record<string, unknown>]>([
    ['another amount', { amount: 5001, to: 'ACME' }],
    ['an argument more', { amount: 5000, to: 'ACME', memo: '' }],
    ['an argument less', { amount: 5000 }],
    ['a number as text', { amount: '5000', to: 'ACME' }],
    ['a name in other letters', { amount: 5000, to: 'ACME\u200B' }],
  ])('cannot collect it with %s', async (_name, args) => {
    const name = await askAndGoOn();
    await decidePending(gate, 'Approved');
    const other = await transfer(gate, args);
    expect(other.refusal).toBe('approval-pending');
    expect(other.approval).not.toBe(name);
    expect(fixture.executed).toEqual([]);
  });

  it.each(['5000.0', '5e3', '5E+3'])('cannot collect it with the number spelled %s', async (spelling) => {
    const name = await askAndGoOn();
    await decidePending(gate, 'Approved');
    const other = await transferOf(spelling);
    expect(other.refusal).toBe('approval-pending');
    expect(other.approval).not.toBe(name);
    expect(fixture.executed).toEqual([]);
    await decidePending(gate, 'Approved');
    expect((await transferOf(spelling)).refusal).toBeUndefined();
    expect(fixture.executed).toEqual(['transfer']);
  });

  it('cannot collect what another principal was approved', async () => {
    gate.setClients({ ada: 'ada-token', bob: 'bob-token' });
    const name = await askAndGoOn(ARGS, { token: 'ada-token' });
    await decidePending(gate, 'Approved');
    expect((await transfer(gate, ARGS, { token: 'bob-token' })).approval).not.toBe(name);
    const meta = { 'sallyport.dev/approval': name };
    const byName = await transfer(gate, ARGS, { token: 'bob-token', meta });
    expect(byName.refusal).toBe('approval-unknown');
    expect(fixture.executed).toEqual([]);
  });

  it('is told apart: pending, denied, expired and unknown', async () => {
    const texts = new Set([(await transfer(gate, ARGS, { meta: { 'sallyport.dev/approval': 'made-up' } })).text]);
    const name = await askAndGoOn();
    texts.add((await transfer(gate, ARGS)).text);
    await decidePending(gate, 'Denied');
    texts.add((await transfer(gate, ARGS)).text);
    gate.setPolicy(expiringIn(policyHolding('0s'), 50));
    await transfer(gate, { amount: 1 });
    await sleep(60);
    texts.add((await transfer(gate, { amount: 1 })).text);
    expect([...texts].map((text) => /^.{0,30}|$/.exec(text)?.[0])).toHaveLength(4);
    expect([...texts].join('\n')).toMatch(
      /made-up.*not known here[^]*waits for a person[^]*denied this call[^]*expired before/,
    );
    expect(name).toMatch(/^ledger-transfer-[a-z0-9]{6}$/);
  });

  it('asks anew when an approval expires before it is collected', async () => {
    gate.setPolicy(expiringIn(policyHolding('0s'), 300));
    const { approval } = await transfer(gate, ARGS);
    await decidePending(gate, 'Approved');
    await sleep(310);
    expect((await transfer(gate, ARGS)).refusal).toBe('approval-expired');
    const next = await transfer(gate, ARGS);
    expect(next.refusal).toBe('approval-pending');
    expect(next.approval).not.toBe(approval);
    expect(fixture.executed).toEqual([]);
  });
});

describe('one approval', { tags: ['approvals'] }, () => {
  it('covers one of two identical calls that wait for it', async () => {
    const both = [transfer(gate, ARGS), transfer(gate, ARGS)];
    await pendingApproval(gate);
    await sleep(50);
    expect(pendingApprovals(gate)).toHaveLength(1);
    await decidePending(gate, 'Approved');
    const refusals = (await Promise.all(both)).map(({ refusal }) => refusal);
    expect(new Set(refusals)).toEqual(new Set(['approval-used', undefined]));
    expect(fixture.executed).toEqual(['transfer']);
  });

  it('covers one of ten identical calls that come for it at once', async () => {
    await askAndGoOn();
    await decidePending(gate, 'Approved');
    const answers = await Promise.all(Array.from({ length: 10 }, async () => transfer(gate, ARGS)));
    expect(answers.filter(({ refusal }) => refusal === undefined)).toHaveLength(1);
    expect(fixture.executed).toEqual(['transfer']);
  });

  it('counts for the policy it was given under, and no other', async () => {
    const held = transfer(gate, ARGS);
    await pendingApproval(gate);
    gate.setPolicy(policyHolding('19s'));
    await decidePending(gate, 'Approved');
    expect((await held).refusal).toBe('approval-outdated');
    expect(fixture.executed).toEqual([]);
  });
});

describe('no approval can be asked for', () => {
  it.each(['9007199254740993', '-9007199254740993', '1e300', '0.1000000000000000055', '100.00000000000000001'])(
    'when a number cannot be shown exactly: %s',
    async (n) => {
      const answer = await transferOf(n);
      expect(answer.refusal).toBe('approval-unavailable');
      expect(answer.text).toMatch(
        /a number (is too large to|has more digits than can) be shown exactly; send it as a string/,
      );
      expect(gate.approvals.list()).toEqual([]);
      expect(fixture.seen).toEqual([]);
    },
  );

  it('by somebody with twenty questions open; another principal still can', { tags: ['few-questions'] }, async () => {
    gate.setClients({ ada: 'ada-token' });
    gate.setPolicy(policyHolding('0s'));
    for (let amount = 0; amount < 20; amount++) await transfer(gate, { amount });
    const answer = await transfer(gate, { amount: 20 });
    expect(answer.refusal).toBe('approval-unavailable');
    expect(answer.text).toMatch(/wait until some are decided/);
    expect((await transfer(gate, { amount: 20 }, { token: 'ada-token' })).refusal).toBe('approval-pending');
    expect(pendingApprovals(gate)).toHaveLength(21);
  });
});
