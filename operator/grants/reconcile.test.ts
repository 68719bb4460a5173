/** What is said of a grant at which look, and when it goes; that uses are counted is tested on a real API server. */
import { beforeEach, describe, expect, test } from 'vitest';
import { CollectPace } from '../approvals/collect-pace.ts';
import { UnknownRequesterError } from '../approvals/requesters.ts';
import { ApprovalRules } from '../approvals/approval-rules.ts';
import type { StoredGrant } from '../custom-resources.ts';
import { cachesWith, mcpServer, REVISION } from '../testing/gen.ts';
import { type GrantContext, reconcileGrant } from './reconcile.ts';

const NOW = Date.parse('2026-11-21T10:30:00Z');
const ref = { namespace: 'finance', name: 'month-end' };
const HOUR = 3_600_000;

let written: StoredGrant['status'][];
let deleted: string[];
let said: string[];
beforeEach(() => {
  [written, deleted, said] = [[], [], []];
});

function grant(spec: object = {}, status?: object): StoredGrant {
  const grantedBy = { username: 'ada' };
  return {
    ...{ apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalGrant' },
    metadata: { ...ref, uid: 'u', resourceVersion: '7', generation: 1, creationTimestamp: '2026-11-21T10:00:00Z' },
    spec: {
      ...{ server: 'ledger', tool: 'transfer', principal: { name: 'billing-agent' }, arguments: [], grantedBy },
      ...{ rules: ['finance/payments#transfer'], maxUses: 10, expiresAt: '2026-11-21T12:00:00Z', ...spec },
    },
    ...(status === undefined ? {} : { status: status as NonNullable<StoredGrant['status']> }),
  };
}

const server = () => mcpServer({ status: { policy: { revision: REVISION } } });

function rules(more: object = { grants: { maxMs: 2 * HOUR, maxUses: 10 } }): ApprovalRules {
  const rule = {
    ...{ id: 'finance/payments#transfer', target: 'tool', patterns: ['transfer'], effect: 'RequireApproval' },
    ...{ principals: null, reason: null, approval: { expiresMs: 1, ...more } },
  };
  return (
    ApprovalRules.read(JSON.stringify({ packs: [{ mode: 'Enforce', rules: [rule] }] })) ?? expect.fail('no bundle')
  );
}

function look(stored: StoredGrant, more: Partial<GrantContext> = {}, others: object[] = [server()]) {
  const caches = cachesWith(...others);
  caches.grants.set(stored);
  return reconcileGrant(ref, {
    caches,
    client: {
      mergePatch: (_: unknown, __: unknown, patch: object) => {
        written.push((patch as { status: StoredGrant['status'] }).status);
        return Promise.resolve(stored as never);
      },
      delete: (_: unknown, { name }: { name: string }) => Promise.resolve(void deleted.push(name)),
    },
    events: { event: (_, type, reason) => void said.push(`${type} ${reason}`) },
    clock: { now: () => NOW, monotonic: () => 0 },
    trust: { distrust: undefined },
    revisions: { rulesOf: (_, __, revision) => (revision === REVISION ? rules() : undefined) },
    requesters: { behind: () => ({}) },
    keepSettledForMs: HOUR,
    pace: new CollectPace({ now: () => NOW, monotonic: () => 0 }),
    ...more,
  });
}

/** As it is after a look. */
async function after(spec: object = {}, more: Partial<GrantContext> = {}): Promise<StoredGrant> {
  await look(grant(spec), more);
  return grant(spec, { ...written[0] });
}

describe('a grant', () => {
  test('that is new is said to be active, once', async () => {
    const stored = await after();
    expect(written).toMatchObject([
      { state: 'Active', observedGeneration: 1, conditions: [{ type: 'Usable', status: 'True' }] },
    ]);
    expect(said).toEqual(['Normal Active']);
    expect(await look(stored)).toEqual({ kind: 'requeueAfter', ms: HOUR });
    expect(written).toHaveLength(1);
  });

  test.each<[string, Partial<GrantContext>, object[], string]>([
    ['whose server is not there', {}, [], 'There is no MCPServer ledger'],
    ['whose policy is not known', { revisions: { rulesOf: () => undefined } }, [server()], 'No policy of MCPServer'],
    ['that its rule does not allow', { revisions: { rulesOf: () => rules({}) } }, [server()], 'allows no grants'],
    [
      'of whose caller nobody knows who stands behind it',
      {
        requesters: {
          behind: () => {
            throw new UnknownRequesterError('pack a/b cannot be read');
          },
        },
      },
      [server()],
      'Pack a/b cannot be read',
    ],
  ])('%s is refused and says why', async (_what, more, others, why) => {
    await look(grant(), more, others);
    expect(written).toMatchObject([
      { state: 'Refused', conditions: [{ status: 'False', message: expect.stringContaining(why) as string }] },
    ]);
    expect(said).toEqual(['Warning Refused']);
  });

  test('is not judged while the policies are not those of the chart', async () => {
    expect(await look(grant(), { trust: { distrust: 'weakened' } })).toEqual({ kind: 'requeueAfter', ms: 5000 });
    expect(written).toEqual([]);
  });

  test('that is over is kept for a while, and goes when it is its turn', async () => {
    const over = { expiresAt: '2026-11-21T10:10:00Z' };
    const stored = await after(over);
    expect(written).toMatchObject([{ state: 'Expired' }]);
    // For its hour from when it was said to be over.
    expect(await look(stored)).toEqual({ kind: 'requeueAfter', ms: HOUR });
    const pace = new CollectPace({ now: () => NOW, monotonic: () => 0 }, 10);
    pace.waitFor('another');
    expect(await look(stored, { keepSettledForMs: 0, pace })).toEqual({ kind: 'requeueAfter', ms: 100 });
    expect(await look(stored, { keepSettledForMs: 0 })).toEqual({ kind: 'done' });
    expect(deleted).toEqual(['month-end']);
  });
});
