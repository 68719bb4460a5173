/** Which fields whose are; what comes of it is tried on a real API server (test/cluster/api/operator/scale.test.ts). */
import { expect, test } from 'vitest';
import { appliesReplicas } from './replicas.ts';

const spec = { 'f:spec': { 'f:replicas': {} } };
const deployment = (...managedFields: object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'wiki', managedFields },
});

test.each([
  ['that we apply', [{ manager: 'sallyport-operator', operation: 'Apply', fieldsV1: spec }], true],
  ['that somebody else applies', [{ manager: 'kubectl', operation: 'Apply', fieldsV1: spec }], false],
  ['that we only updated', [{ manager: 'sallyport-operator', operation: 'Update', fieldsV1: spec }], false],
  [
    'of which we apply the rest',
    [{ manager: 'sallyport-operator', operation: 'Apply', fieldsV1: { 'f:spec': {} } }],
    false,
  ],
  ['of which nothing is known', [], false],
])('of a Deployment %s the number is ours: %s', (_, fields, expected) => {
  expect(appliesReplicas(deployment(...fields))).toBe(expected);
});
