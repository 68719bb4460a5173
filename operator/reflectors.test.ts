import { expect, test } from 'vitest';
import { sha256 } from '../core/digest.ts';
import type { PolicyConfigMap } from './caches.ts';
import { LABEL, MANAGED_BY } from './names.ts';
import { placed, prunePolicy } from './reflectors.ts';

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

test('one kind is read in one place for all namespaces, or in each namespace that is served, a Namespace by its name', () => {
  expect(placed({ namespaced: true }, undefined)).toEqual([{}]);
  const pods = placed({ namespaced: true }, ['a', 'b']);
  expect(pods.map(({ namespace }) => namespace)).toEqual(['a', 'b']);
  expect(pods.map(({ isOwnPart }) => isOwnPart?.({ namespace: 'b', name: 'a' }))).toEqual([false, true]);
  const namespaces = placed({ namespaced: false }, ['a', 'b']);
  expect(namespaces.map(({ fieldSelector }) => fieldSelector)).toEqual(['metadata.name=a', 'metadata.name=b']);
  expect(namespaces.map(({ isOwnPart }) => isOwnPart?.({ name: 'a' }))).toEqual([true, false]);
});
