/** What sidecars ask the operator, with real tokens of real pods, and the admission policies of the chart in between. */
import dns from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { OWN_UNDERSTANDING } from '../../../../core/policy/bundle-versions.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES, type StoredRequest } from '../../../../operator/custom-resources.ts';
import { POD_CONDITION, TLS_SECRET } from '../../../../operator/names.ts';
import type { Approval, ApprovalSubject } from '../../../../sidecar/approvals/approval.ts';
import { OperatorApprovals } from '../../../../sidecar/approvals/operator-approvals.ts';
import { SYSTEM_CLOCK } from '../../../../sidecar/clock.ts';
import { OperatorClient } from '../../../../sidecar/operator-client/client.ts';
import { HandleKeys } from '../../../../sidecar/operator-client/handle-keys.ts';
import { Reporter } from '../../../../sidecar/operator-client/reporter.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { type Answer, ask, gatedPod, type GatedPod, operatorCa, type Question, tokenOf } from './pod-identity.ts';

const { defer, use } = cleanupAfterEach();
/** The shortest that the configuration takes. */
const KEEP_SETTLED_S = 10;
const TREASURY = ['treasury'];

let on: Installation;
let operator: TestOperator;
let second: TestOperator;
beforeAll(async () => {
  on = await Installation.start();
  const config = { approvals: { keepSettledFor: `${KEEP_SETTLED_S}s` } };
  operator = await on.replica({ name: 'a', config });
  second = await on.replica({ name: 'b', config });
  await policiesAct();
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

let calls = 0;
/** Another call each time. */
function held(pod: GatedPod, more: object = {}) {
  const digest = `sha256:${(calls += 1).toString(16).padStart(64, '0')}`;
  return {
    method: 'tools/call',
    target: { kind: 'tool', name: 'transfer' },
    preview: { amount: 5000 },
    digest,
    pin: undefined,
    shown: {},
    principal: { kind: 'token', name: 'billing-agent', groups: ['agents'] },
    rules: [`${pod.namespace}/payments#transfer`],
    revision: pod.revision,
    ...more,
  };
}

function asks(pod: GatedPod, question: Question, of = operator): Promise<Answer> {
  return ask(of, pod.operatorCa, { token: pod.token, ...question });
}

async function submitted(pod: GatedPod, more: object = {}): Promise<{ name: string; call: ReturnType<typeof held> }> {
  const call = held(pod, more);
  const { status, body } = await asks(pod, { path: '/v1/approvals', body: call });
  expect([status, body['state']]).toEqual([200, 'Pending']);
  return { name: String(body['name']), call };
}

async function requestsIn({ namespace }: GatedPod): Promise<StoredRequest[]> {
  const text = await on.kubectl(['get', 'approvalrequests.sallyport.dev', '-n', namespace, '-o', 'json']);
  return (JSON.parse(text) as { items: StoredRequest[] }).items;
}

/** Somebody of the treasury, who may vote in this namespace. */
async function decide(pod: GatedPod, name: string, decision: string, reason?: string): Promise<void> {
  const { namespace } = pod;
  const role = [
    'create',
    'rolebinding',
    'approvers',
    '-n',
    namespace,
    '--clusterrole=sallyport-approver',
    '--group=treasury',
  ];
  await on.kubectl(role).catch(() => {});
  const patch = JSON.stringify({ status: { decision, ...(reason === undefined ? {} : { reason }) } });
  const args = ['patch', 'approvalrequest', name, '-n', namespace, '--subresource=status', '--type=merge', '-p', patch];
  await soon(() => on.cluster.as('ada', TREASURY, args));
}

/** A second or so after they were made. */
async function policiesAct(): Promise<void> {
  const pod = await gatedPod(on);
  await eventually(
    'both policies act',
    async () => {
      const { name } = await submitted(pod);
      await decide(pod, name, 'Approved');
      const { status } = await on.client.get(CUSTOM_RESOURCES.ApprovalRequest, { namespace: pod.namespace, name });
      const votes = (status?.['votes'] ?? []) as unknown[];
      const fake = { metadata: { namespace: pod.namespace, name: 'forged' }, spec: spec(held(pod)) };
      const refused = await on.client.create(CUSTOM_RESOURCES.ApprovalRequest, fake).then(
        () => false,
        () => true,
      );
      if (!refused)
        await on.client
          .delete(CUSTOM_RESOURCES.ApprovalRequest, { namespace: pod.namespace, name: 'forged' })
          .catch(() => {});
      return votes.length === 1 && refused;
    },
    30_000,
  );
}

function spec({ target, method, preview, digest, principal, rules, revision }: ReturnType<typeof held>): object {
  const { name, groups } = principal;
  return {
    server: 'ledger',
    subject: { type: 'Call', call: { method, [target.kind]: target.name, preview, digest } },
    principal: { name, groups },
    reason: 'transfers need a second person',
    rule: rules.join(', '),
    revision,
    expiresAt: new Date(Date.now() + 900_000).toISOString(),
  };
}

describe('who asks', () => {
  let pod: GatedPod;
  beforeAll(async () => {
    pod = await gatedPod(on);
  });

  test('a pod that a server selects, with the token of its sidecar, is known', async () => {
    expect(await asks(pod, { path: '/v1/nothing' })).toEqual({
      status: 404,
      body: { error: 'there is no POST /v1/nothing' },
    });
  });

  test.each([
    ['nothing', async () => undefined, 401, /send the token of the volume sallyport-token/],
    ['nonsense', async () => 'x.y.z', 401, /the token is not for sallyport\.dev\/operator/],
    ['a token that somebody else signed', async () => forged(pod.token), 401, /the token is not accepted: /],
    [
      'a token for another audience',
      () => tokenOf(on, pod.namespace, { audience: 'https://vault.example', boundTo: 'ledger-1' }),
      401,
      /the token is not for sallyport\.dev\/operator/,
    ],
    ['a token of no pod', () => tokenOf(on, pod.namespace), 401, /the token is not bound to a pod/],
  ])('with %s is not let in', async (_, token, status, says) => {
    const answer = await asks(pod, { path: '/v1/report', token: await token() });
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatch(says);
  });

  test('a pod without a gate is not let in, whatever its token', async () => {
    await on.kubectl(['-n', pod.namespace, 'create', '-f', '-'], {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'other', labels: { app: 'other' } },
      spec: { containers: [{ name: 'app', image: 'x' }] },
    });
    const token = await tokenOf(on, pod.namespace, { boundTo: 'other' });
    const answer = await eventually('the operator has heard of the pod', async () => {
      const { status, body } = await asks(pod, { path: '/v1/report', token });
      return status === 503 ? undefined : { status, body };
    });
    expect(answer.status).toBe(403);
    expect(answer.body['error']).toContain('pod other carries no gate');
  });

  test('a pod that is gone is not let in, nor a namesake that came after it with its token', async () => {
    const gone = await gatedPod(on, 'ledger-9', pod.namespace);
    await on.client.delete(RESOURCES.Pod, gone.ref);
    const answer = await soon(async () => {
      const { status } = await asks(gone, { path: '/v1/report', body: report(pod.revision) });
      expect([401, 503]).toContain(status);
      return status;
    });
    expect(answer).not.toBe(200);
    await gatedPod(on, 'ledger-9', pod.namespace);
    expect((await asks(gone, { path: '/v1/report', body: report(pod.revision) })).status).not.toBe(200);
  });

  test.each([
    ['more than any call has to say', () => 'x'.repeat(256 * 1024 + 1), 413, /the body has more than 262144 bytes/],
    ['no JSON', () => '{"version":', 400, /the body is not JSON/],
    ['the wrong shape', () => '{"version":1}', 400, /version/],
  ])('%s is answered with what is wrong', async (_, body, status, says) => {
    const answer = await asks(pod, { path: '/v1/report', body: body() });
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatch(says);
  });

  test('a call that no ApprovalRequest can hold is answered with what is wrong, not with "try again"', async () => {
    const target = { kind: 'tool', name: 'x'.repeat(300) };
    const answer = await asks(pod, { path: '/v1/approvals', body: held(pod, { target }) });
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toContain('spec.subject.call.tool');
  });
});

/** The same claims under a signature that is none of the API server's. */
function forged(token: string): string {
  const [head, claims] = token.split('.');
  return [head, claims, Buffer.alloc(256, 7).toString('base64url')].join('.');
}

function report(revision: string | null, problem: string | null = null): object {
  return {
    version: '0',
    policy: { revision, problem },
    tokens: { clients: 1, problems: [] },
    upstream: { loopbackOnly: true },
  };
}

describe('a report', () => {
  test('becomes conditions of the pod, and the server is enforced', async () => {
    const pod = await gatedPod(on);
    await on.says(pod.ref, 'Ready', 'True', '');
    expect((await asks(pod, { path: '/v1/report', body: report(pod.revision) })).status).toBe(200);
    const ledger = { namespace: pod.namespace, name: 'ledger' };
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    await on.reason(ledger, 'TrafficVerified', 'LoopbackOnly');
    const { status } = await on.client.get(RESOURCES.Pod, pod.ref);
    expect(status?.['conditions']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: POD_CONDITION.enforced, status: 'True', message: pod.revision }),
      ]),
    );
  });

  test('of a bundle that could not be taken says so at the server, in the words of the sidecar', async () => {
    const pod = await gatedPod(on);
    await asks(pod, { path: '/v1/report', body: report(pod.revision, 'bundle.json is cut off') });
    const { message } = await on.reason(
      { namespace: pod.namespace, name: 'ledger' },
      'PolicyEnforced',
      'BundleRejected',
    );
    expect(message).toContain('Pod ledger-1 keeps its last good policy');
    expect(message).toContain('bundle.json is cut off');
  });

  test('that says the same again writes nothing', async () => {
    const pod = await gatedPod(on);
    await asks(pod, { path: '/v1/report', body: report(pod.revision) });
    const version = async () => (await on.client.get(RESOURCES.Pod, pod.ref)).metadata.resourceVersion;
    // The touch of the operator may still be on its way.
    await soon(async () => {
      const before = await version();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await asks(pod, { path: '/v1/report', body: report(pod.revision) });
      expect(await version()).toBe(before);
    });
  });
});

describe('the key that seals state handles', () => {
  const keyOf = async (pod: GatedPod, of = operator): Promise<unknown> => {
    const { status, body } = await asks(pod, { path: '/v1/report', body: report(pod.revision) }, of);
    expect(status).toBe(200);
    expect(body['handleKey']).toMatch(/^[\w-]{43}$/);
    return body['handleKey'];
  };

  test('is one for all pods of a server, from every replica, and another one for another server', async () => {
    const pod = await gatedPod(on);
    const sibling = await gatedPod(on, 'ledger-2', pod.namespace);
    const stranger = await gatedPod(on);
    const key = await keyOf(pod);
    expect(await keyOf(sibling)).toBe(key);
    expect(await keyOf(pod, second)).toBe(key);
    expect(await keyOf(stranger)).not.toBe(key);
  });

  test('is another one for a server that was deleted and made again', async () => {
    const pod = await gatedPod(on);
    const key = await keyOf(pod);
    const ref = { namespace: pod.namespace, name: 'ledger' };
    await on.client.delete(CUSTOM_RESOURCES.MCPServer, ref);
    await soon(async () => expect(await on.client.find(CUSTOM_RESOURCES.MCPServer, ref)).toBeUndefined());
    await on.server(pod.namespace);
    await soon(async () => expect(await keyOf(pod)).not.toBe(key));
  });
});

describe('an approval', { tags: ['approvals'] }, () => {
  let pod: GatedPod;
  beforeAll(async () => {
    pod = await gatedPod(on);
  });

  test('is made, decided by another user with kubectl, learned at once, and used exactly once by twenty who try', async () => {
    const { name, call } = await submitted(pod);
    const began = performance.now();
    const waiting = asks(pod, { method: 'GET', path: `/v1/approvals/${name}?unless=Pending&wait=20` });
    await decide(pod, name, 'Approved', 'invoice 4711');
    const decided = performance.now();
    const answer = await waiting;
    expect(answer.body).toMatchObject({ state: 'Approved', decidedBy: 'ada', reason: 'invoice 4711' });
    expect(performance.now() - decided).toBeLessThan(2_000);
    expect(performance.now() - began).toBeLessThan(20_000);
    const what = { digest: call.digest, revision: call.revision };
    const path = `/v1/approvals/${name}/consume`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => asks(pod, { path, body: what }, i % 2 === 0 ? operator : second)),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    for (const { body } of answers) expect(body['state']).toBe('Consumed');
  });

  test('asked for again after it was used is a new one, which names the old', async () => {
    const { name, call } = await submitted(pod);
    await decide(pod, name, 'Approved');
    const what = { digest: call.digest, revision: call.revision };
    await soon(async () =>
      expect((await asks(pod, { path: `/v1/approvals/${name}/consume`, body: what })).status).toBe(200),
    );
    await soon(async () => {
      const { body } = await asks(pod, { path: '/v1/approvals', body: call });
      expect(body).toMatchObject({ state: 'Pending', usedUp: name });
      expect(body['name']).not.toBe(name);
    });
  });

  test('is not used for another call or under another policy, nor before it is approved', async () => {
    const { name, call } = await submitted(pod);
    const path = `/v1/approvals/${name}/consume`;
    const what = { digest: call.digest, revision: call.revision };
    expect((await asks(pod, { path, body: what })).status).toBe(409);
    await decide(pod, name, 'Approved');
    await soon(async () => {
      const { body } = await asks(pod, { method: 'GET', path: `/v1/approvals/${name}` });
      expect(body['state']).toBe('Approved');
    });
    const other = `sha256:${'f'.repeat(64)}`;
    expect((await asks(pod, { path, body: { ...what, digest: other } })).status).toBe(409);
    expect((await asks(pod, { path, body: { ...what, revision: other } })).status).toBe(409);
    expect((await asks(pod, { path, body: what })).status).toBe(200);
  });

  test('of one call, asked for by two replicas at once, is one', { tags: ['few-questions'] }, async () => {
    const call = held(pod);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        asks(pod, { path: '/v1/approvals', body: call }, i % 2 === 0 ? operator : second),
      ),
    );
    expect(new Set(answers.map(({ body }) => body['name'])).size).toBe(1);
    expect(answers.filter(({ body }) => body['fresh'] === true)).toHaveLength(1);
  });

  test('that was denied stands: the same call meets the refusal, and nobody can use it', async () => {
    const { name, call } = await submitted(pod);
    await decide(pod, name, 'Denied', 'not without an invoice');
    await soon(async () => {
      const { body } = await asks(pod, { path: '/v1/approvals', body: call });
      expect(body).toMatchObject({
        name,
        state: 'Denied',
        decidedBy: 'ada',
        reason: 'not without an invoice',
        fresh: false,
      });
    });
    const what = { digest: call.digest, revision: call.revision };
    expect((await asks(pod, { path: `/v1/approvals/${name}/consume`, body: what })).status).toBe(409);
  });

  test('that nobody decides expires, is told to those who wait, and goes away after it was kept for a while', async () => {
    const { name } = await submitted(pod, { target: { kind: 'tool', name: 'soon' }, rules: [] });
    const { body } = await asks(pod, { method: 'GET', path: `/v1/approvals/${name}?unless=Pending&wait=20` });
    expect(body['state']).toBe('Expired');
    const ref = { namespace: pod.namespace, name };
    expect(await on.client.find(CUSTOM_RESOURCES.ApprovalRequest, ref)).toBeDefined();
    await soon(
      async () => expect(await on.client.find(CUSTOM_RESOURCES.ApprovalRequest, ref)).toBeUndefined(),
      (KEEP_SETTLED_S + 8) * 1000,
    );
  });

  test('of another server is not known', async () => {
    const { name } = await submitted(pod);
    const stranger = await gatedPod(on);
    expect((await asks(stranger, { method: 'GET', path: `/v1/approvals/${name}` })).status).toBe(404);
    const what = { digest: `sha256:${'0'.repeat(64)}`, revision: pod.revision };
    expect((await asks(stranger, { path: `/v1/approvals/${name}/consume`, body: what })).status).toBe(404);
  });

  test(
    'is refused to a principal with twenty that wait already, however fast it asks',
    { tags: ['few-questions'] },
    async () => {
      const fresh = await gatedPod(on);
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => asks(fresh, { path: '/v1/approvals', body: held(fresh) })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
      expect(answers.find(({ status }) => status === 409)?.body['error']).toBe(
        'too many calls of this principal wait for approval',
      );
      // One question in place of all of them; yes to it ends them, and what comes after.
      const storm = await eventually('a person is asked about all of them', async () => {
        const items = await requestsIn(fresh);
        return items.find((request) => request.spec.subject?.type === 'Storm')?.metadata.name;
      });
      await decide(fresh, storm, 'Approved');
      const { body } = await eventually('the principal is halted', async () => {
        const answer = await asks(fresh, { path: '/v1/approvals', body: held(fresh) });
        return answer.body['code'] === 'halted' ? answer : undefined;
      });
      expect(body).toMatchObject({ name: storm });
      await eventually('what waited is withdrawn', async () => {
        const waited = (await requestsIn(fresh)).filter((request) => request.spec.subject?.type === 'Call');
        return waited.length === 20 && waited.every(({ status }) => status?.state === 'Withdrawn');
      });
      const principal = { name: 'another-agent', groups: [] };
      expect((await asks(fresh, { path: '/v1/approvals', body: held(fresh, { principal }) })).status).toBe(200);
    },
  );

  test('is withdrawn when its server is deleted', async () => {
    const fresh = await gatedPod(on);
    const { name } = await submitted(fresh);
    await on.client.delete(CUSTOM_RESOURCES.MCPServer, { namespace: fresh.namespace, name: 'ledger' });
    await soon(async () => {
      const { status } = await on.client.get(CUSTOM_RESOURCES.ApprovalRequest, { namespace: fresh.namespace, name });
      expect(status?.['state']).toBe('Withdrawn');
    });
  });

  describe('of a gate that lies', () => {
    const stored = async ({ body }: Answer) => {
      const ref = { namespace: pod.namespace, name: String(body['name']) };
      return (await on.client.get(CUSTOM_RESOURCES.ApprovalRequest, ref)).spec;
    };

    test('about how long there is and why has the expiry, the reason and the rule of the policy', async () => {
      const lie = { expiresMs: 86_400_000, reason: 'a formality', rule: 'sallyport-system/trust-me#always' };
      const answer = await asks(pod, { path: '/v1/approvals', body: { ...held(pod), ...lie } });
      const { expiresAt, reason, rule } = await stored(answer);
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(900_000);
      expect(reason).toBe('transfers need a second person');
      expect(rule).toBe(`${pod.namespace}/payments#transfer`);
    });

    test('by leaving out the rule that expires first gains nothing', async () => {
      const rules = [`${pod.namespace}/payments#transfer`];
      const body = held(pod, { target: { kind: 'tool', name: 'soon' }, rules });
      const { expiresAt, rule } = await stored(await asks(pod, { path: '/v1/approvals', body }));
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(10_000);
      expect(rule).toBe(`${pod.namespace}/payments#soon, ${pod.namespace}/payments#transfer`);
    });

    test.each([
      ['names a rule that is not there', { rules: ['finance/payments#made-up'] }, 'unknown-rule'],
      ['asks about a call that no rule holds', { target: { kind: 'tool', name: 'get' }, rules: [] }, 'unknown-rule'],
      ['names a policy that nobody wrote', { revision: `sha256:${'e'.repeat(64)}` }, 'unknown-revision'],
    ])('and %s is refused with a word for it, by every replica', async (_, lie, code) => {
      for (const replica of [operator, second]) {
        const answer = await asks(pod, { path: '/v1/approvals', body: held(pod, lie) }, replica);
        expect([answer.status, answer.body['code']]).toEqual([422, code]);
      }
    });
  });

  test('under the policy of a moment ago is asked for, since gates hear of a new one at different times', async () => {
    const before = await gatedPod(on);
    const ref = { namespace: before.namespace, name: 'payments' };
    await on.client.mergePatch(CUSTOM_RESOURCES.PolicyPack, ref, { spec: { limits: { batch: 7 } } });
    await soon(async () =>
      expect(await on.revision({ namespace: before.namespace, name: 'ledger' })).not.toBe(before.revision),
    );
    for (const replica of [operator, second]) {
      expect((await asks(before, { path: '/v1/approvals', body: held(before) }, replica)).status).toBe(200);
    }
  });

  test('as gates of the first release ask for it is made all the same', async () => {
    const { rules, ...call } = held(pod);
    const old = { ...call, reason: 'theirs', rule: rules.join(', '), expiresMs: 900_000 };
    expect((await asks(pod, { path: '/v1/approvals', body: old })).status).toBe(200);
  });

  test('waited for longer than anybody decides is answered as it stands', async () => {
    const { name } = await submitted(pod);
    const began = performance.now();
    const { status, body } = await asks(pod, { method: 'GET', path: `/v1/approvals/${name}?unless=Pending&wait=1` });
    expect([status, body['state']]).toEqual([200, 'Pending']);
    expect(performance.now() - began).toBeGreaterThan(900);
  });
});

describe("the sidecar's own client", () => {
  /** Files as the kubelet mounts them, and the name of the operator as the DNS of a cluster knows it. */
  async function sidecar(pod: GatedPod) {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-sidecar-'));
    defer(() => rmSync(folder, { recursive: true }));
    const [caFile, tokenFile] = [join(folder, 'ca.crt'), join(folder, 'token')];
    writeFileSync(caFile, pod.operatorCa);
    writeFileSync(tokenFile, pod.token);
    const { serviceName, namespace, ports } = operator.config;
    const host = `${serviceName}.${namespace}.svc`;
    const lookup = dns.lookup;
    const spy = vi
      .spyOn(dns, 'lookup')
      .mockImplementation((name: string, ...rest: unknown[]) =>
        (lookup as (...args: unknown[]) => void)(name === host ? '127.0.0.1' : name, ...rest),
      );
    defer(() => spy.mockRestore());
    const client = await use(
      new OperatorClient({ url: `https://${host}:${ports.sidecars}`, caFile, tokenFile }, SYSTEM_CLOCK),
    );
    return { client, caFile, approvals: new OperatorApprovals(client, SYSTEM_CLOCK, pino({ level: 'silent' })) };
  }

  function subject(pod: GatedPod): ApprovalSubject {
    const { target, principal, ...rest } = held(pod);
    return {
      ...rest,
      reason: 'as the gate has it',
      expiresMs: 900_000,
      namespace: pod.namespace,
      server: 'ledger',
      target: { kind: 'tool', name: target.name, args: undefined },
      principal: { kind: 'token', name: principal.name, groups: principal.groups },
    };
  }

  test('asks, waits, is told who approved, and uses it up once', async () => {
    const pod = await gatedPod(on);
    const { approvals } = await sidecar(pod);
    const submission = await approvals.submit(subject(pod), undefined);
    if (submission.kind !== 'found') expect.fail(submission.kind);
    const { approval } = submission;
    const settled = new Promise<Approval>((resolve) => approvals.watch(approval, resolve));
    await decide(pod, approval.name, 'Approved', 'invoice 4711');
    expect(await settled).toMatchObject({ state: 'Approved', decidedBy: 'ada', reason: 'invoice 4711' });
    const claims = await Promise.all([1, 2, 3].map(() => approvals.claim(approval)));
    expect(claims.map(({ kind }) => kind).sort()).toEqual(['claimed', 'not-claimed', 'not-claimed']);
  });

  test('reports, and goes on when the operator comes back with other certificates', async () => {
    const pod = await gatedPod(on);
    await on.says(pod.ref, 'Ready', 'True', '');
    const { client, caFile, approvals } = await sidecar(pod);
    const problems: string[] = [];
    const said = {
      version: '0',
      understands: OWN_UNDERSTANDING,
      policy: { revision: pod.revision, problem: null },
      tokens: { clients: 0, problems: [] },
      upstream: { loopbackOnly: null },
    };
    const keys: Buffer[] = [];
    const handleKeys = new HandleKeys((key) => void keys.push(key));
    const reporter = new Reporter(client, said, {
      onAnswer: (body) => handleKeys.take(body),
      onTaken() {},
      onProblem: (problem) => void problems.push(problem),
    });
    defer(() => reporter.stop());
    reporter.start();
    const ledger = { namespace: pod.namespace, name: 'ledger' };
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    // The operator writes the status from what it has recorded, before its answer has reached the gate.
    await reporter.begun;
    expect(problems).toEqual([]);
    expect(keys).toEqual([expect.objectContaining({ length: 32 })]);

    await on.stop(operator);
    await on.stop(second);
    await on.client.delete(RESOURCES.Secret, { namespace: on.root, name: TLS_SECRET });
    operator = await on.replica({ name: 'a' });
    reporter.update({ policy: { revision: pod.revision, problem: 'bundle.json is cut off' } });
    await eventually('the new certificate is not trusted yet', () =>
      problems.some((problem) => /certificate|issuer|signature/.test(problem)),
    );
    // What the kubelet brings, since the operator puts it beside the policy.
    const next = await soon(async () => {
      const ca = await operatorCa(on, pod.namespace);
      expect(ca).not.toBe(pod.operatorCa);
      return ca;
    });
    writeFileSync(caFile, next);
    await on.reason(ledger, 'PolicyEnforced', 'BundleRejected');
    // Handles are sealed with a key of its own, whatever becomes of the certificates.
    expect(keys).toHaveLength(1);
    const submission = await approvals.submit(subject(pod), undefined);
    expect(submission.kind).toBe('found');
  });
});
