import { expect, test } from 'vitest';
import { contentDigest } from './content-digest.ts';

const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'one', controller: true };
const labels = { 'sallyport.dev/server': 'ledger', 'app.kubernetes.io/managed-by': 'sallyport' };
const base = { metadata: { name: 'a', labels, ownerReferences: [owner] }, data: { a: '1', b: '2' } };
const digest = contentDigest(base);

test.each<[string, object]>([
  ['the order of its keys', { ...base, data: { b: '2', a: '1' } }],
  ['its status', { ...base, status: { replicas: 1 } }],
  ['how it is called by the API server', { ...base, apiVersion: 'v1', kind: 'ConfigMap' }],
  [
    'versions and annotations',
    { ...base, metadata: { ...base.metadata, resourceVersion: '7', annotations: { a: 'b' } } },
  ],
  ['a label that others gave it', { ...base, metadata: { ...base.metadata, labels: { ...labels, team: 'x' } } }],
  [
    'an owner that does not control it',
    { ...base, metadata: { ...base.metadata, ownerReferences: [{ uid: 'two' }, owner] } },
  ],
])('is the same whatever is %s', (_, object) => {
  expect(contentDigest(object)).toBe(digest);
});

test.each<[string, object]>([
  ['a value', { ...base, data: { a: '1', b: '3' } }],
  ['one key more', { ...base, data: { ...base.data, c: '' } }],
  ['a field beside', { ...base, immutable: true }],
  ['whose it is', { ...base, metadata: { ...base.metadata, ownerReferences: [{ ...owner, uid: 'two' }] } }],
  ['that nobody owns it', { ...base, metadata: { ...base.metadata, ownerReferences: [] } }],
  [
    'the label by which we watch it',
    { ...base, metadata: { ...base.metadata, labels: { 'sallyport.dev/server': 'ledger' } } },
  ],
])('differs by %s', (_, object) => {
  expect(contentDigest(object)).not.toBe(digest);
});
