import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { PolicyRevisions, revisionsIn } from './revisions.ts';

const bundle = (i: number) => JSON.stringify({ packs: [], limits: { batch: i } });
const revision = (i: number) => sha256(bundle(i));

function stored(data: Record<string, string>, name = 'sallyport-policy-ledger') {
  const metadata = { namespace: 'finance', name };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, revisions: revisionsIn(data) };
}

function having(...bundles: number[]): PolicyRevisions {
  const known = new PolicyRevisions();
  for (const i of bundles) known.heard({ type: 'updated', object: stored({ 'bundle.json': bundle(i) }) });
  return known;
}

const knows = (known: PolicyRevisions, i: number, server = 'ledger', namespace = 'finance') =>
  known.rulesOf(namespace, server, revision(i)) !== undefined;

test('every version of a bundle in a ConfigMap is a revision, and nothing else in it is', () => {
  const data = {
    'bundle.json': bundle(1),
    'bundle.v2.json': bundle(2),
    'operator-ca.crt': 'PEM',
    'other.json': bundle(3),
  };
  expect(revisionsIn(data).map((written) => written.revision)).toEqual([revision(1), revision(2)]);
  expect(revisionsIn({ 'bundle.json': 'cut off' })).toEqual([]);
  expect(revisionsIn(undefined)).toEqual([]);
});

test('a revision is known by the server whose policy it is', () => {
  const known = having(1);
  expect([knows(known, 1), knows(known, 2), knows(known, 1, 'wiki'), knows(known, 1, 'ledger', 'sales')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('those before it stay known for a while', () => {
  const known = having(1, 2, 3);
  expect([knows(known, 1), knows(known, 2), knows(known, 3)]).toEqual([true, true, true]);
});

test('sixteen are kept, and one that comes back is young again', () => {
  const known = having(1, 2, ...Array.from({ length: 14 }, (_, i) => i + 3), 1, 99);
  expect([knows(known, 1), knows(known, 2), knows(known, 3), knows(known, 99)]).toEqual([true, false, true, true]);
});

test('large ones are forgotten sooner, and what is stored never', () => {
  const large = (i: number) =>
    JSON.stringify({
      packs: [
        {
          mode: 'Enforce',
          rules: [
            {
              id: `${i}`,
              target: 'tool',
              patterns: ['x'.repeat(700_000)],
              effect: 'RequireApproval',
              principals: null,
              approval: null,
              reason: null,
            },
          ],
        },
      ],
    });
  const known = new PolicyRevisions();
  known.heard({ type: 'updated', object: stored({ 'bundle.json': large(1) }) });
  known.heard({ type: 'updated', object: stored({ 'bundle.json': large(2), 'bundle.v2.json': large(3) }) });
  const has = [1, 2, 3].map((i) => known.rulesOf('finance', 'ledger', sha256(large(i))) !== undefined);
  expect(has).toEqual([false, true, true]);
});

test('of a server that is gone none is known', () => {
  const known = having(1);
  known.heard({ type: 'deleted', object: stored({ 'bundle.json': bundle(1) }) });
  expect(knows(known, 1)).toBe(false);
});

test('what old gates get of a policy takes as many votes as the policy itself', () => {
  const rule = (approval: object) => ({
    ...{ id: 'finance/payments#pay', target: 'tool', patterns: ['pay'], effect: 'RequireApproval' },
    ...{ principals: null, approval: { expiresMs: 1, ...approval }, reason: null },
  });
  const text = (approval: object) => JSON.stringify({ packs: [{ mode: 'Enforce', rules: [rule(approval)] }] });
  const written = revisionsIn({
    'bundle.json': text({}),
    'bundle.v2.json': text({ quorums: [{ quorum: 2 }], veto: false }),
  });
  const call = {
    ...{ server: { namespace: 'finance', name: 'ledger' }, principal: { name: 'a', groups: [] } },
    ...{ target: { kind: 'tool', name: 'pay' }, preview: {}, now: 0, rules: [] },
  };
  const terms = written.map(({ rules }) => rules.termsOf(call));
  expect(terms).toMatchObject([
    { quorums: [{ quorum: 2 }], veto: false },
    { quorums: [{ quorum: 2 }], veto: false },
  ]);
});
