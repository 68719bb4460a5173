import { expect, test } from 'vitest';
import { sha256 } from '../core/digest.ts';
import type { PolicyConfigMap } from './caches.ts';
import { LABEL, MANAGED_BY } from './names.ts';
import { prunePolicy } from './reflectors.ts';

const BUNDLE = JSON.stringify({ packs: [] });

function kept(name: string): PolicyConfigMap {
  return prunePolicy({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'finance', name, labels: { [LABEL.managedBy]: MANAGED_BY } },
    data: { 'bundle.json': BUNDLE, 'operator-ca.crt': 'PEM' },
  } as unknown as PolicyConfigMap);
}

test('of a policy its revisions and its certificates are kept', () => {
  const { ca, revisions } = kept('sallyport-policy-ledger');
  expect([ca, revisions.map(({ revision }) => revision)]).toEqual(['PEM', [sha256(BUNDLE)]]);
});

test('of what has our label, as anybody may write it, and the name of no policy, nothing is kept', () => {
  const { ca, revisions } = kept('theirs');
  expect([ca, revisions]).toEqual([undefined, []]);
});
