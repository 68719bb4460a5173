/** ApprovalRequests of before there were subjects, left in a cluster by an upgrade: the operator neither fails over them nor believes them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';

const { ApprovalRequest } = CUSTOM_RESOURCES;
const { CustomResourceDefinition, ValidatingAdmissionPolicyBinding } = RESOURCES;
const CRD = { name: 'approvalrequests.sallyport.dev' };

let on: Installation;
let namespace: string;

beforeAll(async () => {
  on = await Installation.start();
  namespace = await on.namespace();
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

const request = (name: string, expiresInMs: number) => ({
  metadata: { namespace, name },
  spec: {
    server: 'ledger',
    method: 'tools/call',
    tool: 'transfer',
    preview: { amount: 5000 },
    digest: `sha256:${'a'.repeat(64)}`,
    principal: { name: 'billing-agent', groups: [] },
    reason: 'why',
    rule: 'finance/payments#transfer',
    revision: `sha256:${'b'.repeat(64)}`,
    expiresAt: new Date(Date.now() + expiresInMs).toISOString(),
  },
});

/** As the CRD of the last release took them, then the CRD of this one. */
async function storedByTheLastRelease(...requests: object[]): Promise<void> {
  const now = await on.client.get(CustomResourceDefinition, CRD);
  const spec = structuredClone(now['spec']) as { versions: { schema: object; selectableFields?: object }[] };
  for (const version of spec.versions) {
    delete version.selectableFields;
    version.schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  }
  await on.client.mergePatch(CustomResourceDefinition, CRD, { spec: { versions: spec.versions } });
  // The policy of the chart lets nobody but the operator make one.
  const binding = { name: 'sallyport-approvals' };
  const { metadata, spec: bound } = await on.client.get(ValidatingAdmissionPolicyBinding, binding);
  await on.client.delete(ValidatingAdmissionPolicyBinding, binding);
  for (const one of requests) await soon(() => on.client.create(ApprovalRequest, one as never));
  await on.client.mergePatch(CustomResourceDefinition, CRD, { spec: now['spec'] as object });
  const { labels = {}, annotations = {} } = metadata;
  await on.client.create(ValidatingAdmissionPolicyBinding, {
    metadata: { ...binding, labels, annotations },
    spec: bound,
  });
}

const find = (name: string) => on.client.find(ApprovalRequest, { namespace, name });

test('they are left alone until their time is over, and then deleted, while everything else goes on', async () => {
  await storedByTheLastRelease(request('lasts', 600_000), request('ends', 8_000));
  const operator: TestOperator = await on.replica();
  await on.server(namespace);
  await on.reason({ namespace, name: 'ledger' }, 'PolicyAccepted', 'NoPacks');
  await soon(async () => expect(await find('ends')).toBeUndefined(), 20_000);
  const { spec } = (await find('lasts')) ?? expect.fail('it is gone');
  expect(spec).not.toHaveProperty('subject');
  expect(operator.isRunning).toBe(true);
  // Neither a failure that is tried again nor a look without end.
  const looks = operator.log.filter((line) => line.includes('"controller":"approvalrequest"'));
  expect(looks.filter((line) => line.includes('not reconciled'))).toEqual([]);
  expect(looks.length).toBeLessThan(20);
}, 120_000);
