/** What is decided from the caches alone; everything that is written is tested on a real API server. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { approvalRequest, cachesWith, REVISION } from '../testing/gen.ts';
import type { Trust } from '../installation/trust.ts';
import type { StoredRequest } from '../custom-resources.ts';
import { Approvals, type Submission } from './service.ts';

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
const nobody = {} as ApiClient;
const ASKED = 'create is not a function';

beforeEach(() => {
  caches = cachesWith();
  distrust = undefined;
  approvals = new Approvals(caches, nobody, new FakeClock(), trust);
});

function stored(state: string, spec: object = {}, name = 'waits', more: object = {}): StoredRequest {
  return approvalRequest({ name, spec: { expiresAt: LATER, ...spec }, status: { state, ...more } });
}

const submission: Submission = {
  method: 'tools/call',
  tool: 'transfer',
  preview: {},
  digest: `sha256:${'d'.repeat(64)}`,
  principal: { name: 'billing-agent', groups: [] },
  reason: 'x',
  rule: 'x',
  revision: REVISION,
  expiresMs: 60_000,
};

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
    ['has other arguments', stored('Pending', { digest: OTHER })],
  ])('does not meet a request that %s', async (_, request) => {
    caches.approvals.set(request);
    await expect(approvals.submit('finance', 'ledger', submission)).rejects.toThrow(ASKED);
  });

  test('is turned away when twenty of its principal wait, and only of its principal', async () => {
    for (let i = 0; i < 20; i++) {
      caches.approvals.set(stored('Pending', { digest: `sha256:${String(i).padStart(64, '0')}` }, `p-${i}`));
    }
    expect(await approvals.submit('finance', 'ledger', submission)).toBeUndefined();
    const other = { ...submission, principal: { name: 'other', groups: [] } };
    await expect(approvals.submit('finance', 'ledger', other)).rejects.toThrow(ASKED);
  });

  test('is not asked for where votes cannot be trusted, nor does it meet what was voted on', async () => {
    caches.approvals.set(stored('Approved'));
    distrust = 'a policy is missing';
    await expect(approvals.submit('finance', 'ledger', submission)).rejects.toThrow('a policy is missing');
    await expect(approvals.consume(stored('Approved'), submission.digest, REVISION)).rejects.toThrow(distrust);
  });

  test('that could not be asked for does not count', async () => {
    for (let i = 0; i < 30; i++) {
      const call = { ...submission, digest: `sha256:${String(i).padStart(64, '0')}` };
      await expect(approvals.submit('finance', 'ledger', call)).rejects.toThrow(ASKED);
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
