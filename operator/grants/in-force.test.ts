import { expect, test } from 'vitest';
import { ApprovalRules } from '../approvals/approval-rules.ts';
import { UnknownRequesterError } from '../approvals/requesters.ts';
import type { StoredGrant } from '../custom-resources.ts';
import { cachesWith, mcpServer, REVISION } from '../testing/gen.ts';
import { circumstancesInForce, type InForce } from './in-force.ts';

const NOW = Date.parse('2026-11-21T10:30:00Z');
const ID = 'finance/payments#transfer';
const GRANTS = { maxMs: 3_600_000, maxUses: 10 };

function rules(id = ID): ApprovalRules {
  const rule = {
    ...{ id, target: 'tool', patterns: ['transfer'], effect: 'RequireApproval', principals: null, reason: null },
    approval: { expiresMs: 1, quorums: [{ quorum: 2 }], grants: GRANTS },
  };
  const read = ApprovalRules.read(JSON.stringify({ packs: [{ mode: 'Enforce', rules: [rule] }] }));
  return read ?? expect.fail('no bundle');
}

const grant = {
  metadata: { namespace: 'finance', name: 'month-end' },
  spec: { server: 'ledger', tool: 'transfer', principal: { name: 'billing-agent' }, rules: [ID] },
} as unknown as StoredGrant;

function inForce(more: Partial<InForce> = {}) {
  return circumstancesInForce(grant, {
    caches: cachesWith(mcpServer({ status: { policy: { revision: REVISION } } })),
    clock: { now: () => NOW },
    revisions: { rulesOf: (_namespace, _server, revision) => (revision === REVISION ? rules() : undefined) },
    requesters: { behind: () => ({ kubernetesUsers: ['mallory'] }) },
    ...more,
  });
}

test('it is judged by the rules that are in force, and who stands behind the principal', () => {
  expect(inForce()).toMatchObject({
    ...{ now: NOW, allowance: GRANTS, behind: { kubernetesUsers: ['mallory'] } },
    votes: { quorums: [{ quorum: 2 }] },
  });
});

test.each<[string, Partial<InForce>, string]>([
  ['server', { caches: cachesWith() }, 'there is no MCPServer ledger in finance'],
  ['policy yet', { caches: cachesWith(mcpServer()) }, 'no policy of MCPServer ledger is in force yet'],
  ['known policy', { revisions: { rulesOf: () => undefined } }, 'no policy of MCPServer ledger is in force yet'],
  ['such rule', { revisions: { rulesOf: () => rules('other') } }, `the policy has no rule ${ID}`],
])('without a %s there is no grant', (_what, more, why) => {
  expect(inForce(more).allowance).toEqual({ refused: expect.stringContaining(why) as string });
});

test('where nobody knows who stands behind the principal there is none either', () => {
  const behind = (): never => {
    throw new UnknownRequesterError('a pack cannot be read');
  };
  expect(inForce({ requesters: { behind } }).allowance).toEqual({ refused: 'a pack cannot be read' });
});
