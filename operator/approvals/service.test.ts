/** What is decided from the caches alone; everything that is written is tested on a real API server. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { approvalRequest, cachesWith, REVISION } from '../testing/gen.ts';
import type { Trust } from '../installation/trust.ts';
import { stormRequest } from './storms.ts';
import type { StoredRequest } from '../custom-resources.ts';
import { ApprovalRules } from './approval-rules.ts';
import { Requesters } from './requesters.ts';
import type { Submission } from './policy-terms.ts';
import { PolicyRevisions } from './revisions.ts';
import { Approvals, HaltedError } from './service.ts';

const ref = { namespace: 'finance', name: 'waits' };
const LATER = '2099-01-01T00:00:00Z';
const OTHER = `sha256:${'0'.repeat(64)}`;

let caches: Caches;
let approvals: Approvals;
let distrust: string | undefined;
const trust: Trust = {
  get distrust() {
    return distrust;
  },
  get isBroken() {
    return distrust !== undefined;
  },
  confirm: () => Promise.resolve(distrust),
};

/** Whoever asks it has not answered from the cache. */
const ASKED = 'nobody is there';
let created: { spec: Record<string, unknown> }[];
const nobody = {
  create: (_: unknown, object: { spec: Record<string, unknown> }) => {
    created.push(object);
    return Promise.reject(new Error(ASKED));
  },
  find: () => Promise.resolve(undefined),
} as unknown as ApiClient;

/** What the operator wrote for finance/ledger. */
function revisions(): PolicyRevisions {
  const rule = {
    id: 'finance/payments#transfer',
    target: 'tool',
    patterns: ['transfer'],
    effect: 'RequireApproval',
    principals: null,
    approval: { expiresMs: 60_000 },
    reason: 'transfers need two',
  };
  const text = JSON.stringify({ packs: [{ mode: 'Enforce', rules: [rule] }] });
  const rules = ApprovalRules.read(text) ?? expect.fail('no bundle');
  const known = new PolicyRevisions();
  const metadata = { namespace: 'finance', name: 'sallyport-policy-ledger' };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, revisions: [{ revision: REVISION, rules }] };
  known.heard({ type: 'added', object });
  return known;
}

beforeEach(() => {
  caches = cachesWith();
  distrust = undefined;
  created = [];
  approvals = new Approvals({
    ...{ caches, client: nobody, clock: new FakeClock(), trust, revisions: revisions() },
    requesters: new Requesters(caches, 'sallyport-system'),
  });
});

function stored(state: string, spec: object = {}, name = 'waits', more: object = {}, of: object = {}): StoredRequest {
  return approvalRequest({ name, spec: { expiresAt: LATER, ...spec }, call: of, status: { state, ...more } });
}

const DIGEST = `sha256:${'d'.repeat(64)}`;
const call = { method: 'tools/call', tool: 'transfer', preview: {}, digest: DIGEST };
const submission: Submission = {
  call,
  principal: { name: 'billing-agent', groups: [] },
  revision: REVISION,
  rules: ['finance/payments#transfer'],
};
/** Another call each time. */
const other = (i: number) => ({ ...submission, call: { ...call, digest: `sha256:${String(i).padStart(64, '0')}` } });

describe('an approval', () => {
  const EXPIRES = Date.parse('2026-11-21T10:15:00Z');

  test.each([
    ['is used up while the clock of the operator says that there is time', EXPIRES - 1, true],
    ['is not when it says that there is none, whatever other clocks say', EXPIRES, false],
  ])('%s', async (_, now, consumed) => {
    const request = stored('Approved', { expiresAt: '2026-11-21T10:15:00Z' });
    const client = { get: () => Promise.resolve(request), mergePatch: () => Promise.resolve(request) };
    const fresh = cachesWith();
    const using = new Approvals({
      ...{ caches: fresh, client: client as unknown as ApiClient, clock: { now: () => now, monotonic: () => 0 } },
      ...{ trust: { ...trust, confirm: () => Promise.resolve(undefined) }, revisions: revisions() },
      requesters: new Requesters(fresh, 'sallyport-system'),
    });
    const use = { digest: DIGEST, revision: REVISION };
    expect(await using.consume(request, use)).toMatchObject({ consumed });
  });

  test('is not used up once others stand behind its caller', async () => {
    const request = stored('Approved', { principal: { name: 'billing-agent', groups: [], kubernetesUsers: ['ada'] } });
    const client = { get: () => Promise.resolve(request) } as unknown as ApiClient;
    const fresh = cachesWith();
    const using = new Approvals({
      ...{ caches: fresh, client, clock: new FakeClock(), revisions: revisions() },
      trust: { ...trust, confirm: () => Promise.resolve(undefined) },
      requesters: new Requesters(fresh, 'sallyport-system'),
    });
    expect(await using.consume(request, { digest: DIGEST, revision: REVISION })).toMatchObject({ consumed: false });
  });
});

describe('a call that is submitted', () => {
  test.each(['Pending', 'Approved', 'Denied'])('meets the request for it that is %s', async (state) => {
    caches.approvals.set(stored(state));
    const request = caches.approvals.get(ref);
    expect(await approvals.submit('finance', 'ledger', submission)).toEqual({
      request,
      fresh: false,
      usedUp: undefined,
    });
  });

  test.each([
    ['is used up', stored('Consumed')],
    ['has expired though nobody said so yet', stored('Pending', { expiresAt: '2000-01-01T00:00:00Z' })],
    ['was made under another policy', stored('Pending', { revision: OTHER })],
    ['is that of somebody else', stored('Pending', { principal: { name: 'mallory', groups: [] } })],
    ['is for another server', stored('Pending', { server: 'wiki' })],
    ['has other arguments', stored('Pending', {}, 'waits', {}, { digest: OTHER })],
  ])('does not meet a request that %s', async (_, request) => {
    caches.approvals.set(request);
    await expect(approvals.submit('finance', 'ledger', submission)).rejects.toThrow(ASKED);
  });

  test('is refused while its principal is halted, whatever else is known of it', async () => {
    const { name, spec } = stormRequest([stored('Pending')], Date.parse(LATER));
    caches.approvals.set(stored('Approved'));
    caches.approvals.set(approvalRequest({ name, spec, status: { state: 'Approved' } }));
    await expect(approvals.submit('finance', 'ledger', submission)).rejects.toThrow(HaltedError);
    caches.approvals.set(approvalRequest({ name, spec, status: { state: 'Denied' } }));
    expect(await approvals.submit('finance', 'ledger', submission)).toMatchObject({ fresh: false });
  });

  test('is turned away when twenty of its principal wait, and only of its principal', async () => {
    for (let i = 0; i < 20; i++) {
      caches.approvals.set(stored('Pending', {}, `p-${i}`, {}, { digest: other(i).call.digest }));
    }
    expect(await approvals.submit('finance', 'ledger', submission)).toBeUndefined();
    // A person is asked once what is to become of all of them.
    expect(created.map(({ spec }) => spec['subject'])).toMatchObject([{ type: 'Storm', storm: { waiting: 20 } }]);
    caches.approvals.set({ ...approvalRequest({ name: 'storm' }), spec: created[0]?.spec } as unknown as StoredRequest);
    expect(await approvals.submit('finance', 'ledger', submission)).toBeUndefined();
    expect(created).toHaveLength(1);
    created = [];
    const another = { ...submission, principal: { name: 'other', groups: [] } };
    await expect(approvals.submit('finance', 'ledger', another)).rejects.toThrow(ASKED);
  });

  test('is not asked for where votes cannot be trusted, nor does it meet what was voted on', async () => {
    caches.approvals.set(stored('Approved'));
    distrust = 'a policy is missing';
    await expect(approvals.submit('finance', 'ledger', submission)).rejects.toThrow('a policy is missing');
    await expect(approvals.consume(stored('Approved'), { digest: DIGEST, revision: REVISION })).rejects.toThrow(
      distrust,
    );
  });

  test('is asked for in the words and for the time that the policy has', async () => {
    await expect(approvals.submit('finance', 'ledger', submission)).rejects.toThrow(ASKED);
    expect(created[0]?.spec).toEqual({
      server: 'ledger',
      subject: {
        type: 'Call',
        call: { ...call, shown: { before: { approved: 0, denied: 0, waiting: 0 } } },
      },
      principal: submission.principal,
      reason: 'transfers need two',
      rule: 'finance/payments#transfer',
      revision: REVISION,
      expiresAt: new Date(new FakeClock().now() + 60_000).toISOString(),
    });
  });

  test.each([
    [
      'under a revision that was never written',
      { revision: OTHER },
      'is none that was written for MCPServer finance/ledger',
    ],
    [
      'by a rule that is not there',
      { rules: ['finance/payments#made-up'] },
      'no rule "finance/payments#made-up" of revision',
    ],
    ['that no rule holds', { rules: [], call: { ...call, tool: 'get' } }, 'no rule of revision'],
  ])('%s is not asked for', async (_, change, says) => {
    await expect(approvals.submit('finance', 'ledger', { ...submission, ...change })).rejects.toThrow(says);
    expect(created).toEqual([]);
  });

  test('meets no request of before there were subjects', async () => {
    caches.approvals.set(stored('Approved', { subject: undefined }));
    await expect(approvals.submit('finance', 'ledger', submission)).rejects.toThrow(ASKED);
  });

  test('that could not be asked for does not count', async () => {
    for (let i = 0; i < 30; i++) {
      await expect(approvals.submit('finance', 'ledger', other(i))).rejects.toThrow(ASKED);
    }
  });
});

describe('waiting', () => {
  const waiting = (signal = new AbortController().signal, ms = 10_000) =>
    approvals.waitWhile(ref, 'Pending', ms, signal);

  test('ends at once for what is decided already', async () => {
    caches.approvals.set(stored('Denied'));
    await waiting();
  });

  test('ends when it is decided, for everybody who waits, and not when something else changes', async () => {
    caches.approvals.set(stored('Pending'));
    let ended = 0;
    const all = Promise.all([1, 2, 3].map(() => waiting().then(() => (ended += 1))));
    caches.approvals.set(stored('Pending', {}, 'waits', { votes: [{ username: 'ada', decision: 'Approved' }] }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(0);
    caches.approvals.set(stored('Approved'));
    await all;
    expect(ended).toBe(3);
  });

  test('begins before the cache knows of the request', async () => {
    const ended = waiting();
    caches.approvals.set(stored('Approved'));
    await ended;
  });

  test('ends with its time, and when whoever waits has gone', async () => {
    caches.approvals.set(stored('Pending'));
    await waiting(undefined, 5);
    const gone = new AbortController();
    const ended = waiting(gone.signal);
    gone.abort();
    await ended;
    await waiting(AbortSignal.abort());
  });
});
