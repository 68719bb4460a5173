import { expect, test } from 'vitest';
import { readChartObjects } from './chart-objects.ts';
import { PROTECTING, voterOf } from './installed.ts';

const webhook = (name: string) => ({
  kind: 'MutatingWebhookConfiguration',
  metadata: { name },
  webhooks: [{ name: 'a', clientConfig: { service: { name: 'a', namespace: 'b' } } }],
});
const policy = { kind: 'MutatingAdmissionPolicy', metadata: { name: 'sallyport-approval-vote' }, spec: {} };

test.each([
  ['Webhook where the chart has that', [webhook('sallyport-approval-vote')], 'Webhook'],
  ['Policy where it has that', [policy, webhook('sallyport-injector')], 'Policy'],
  ['Policy where it has neither, which then is missing', [], 'Policy'],
])('votes are written by %s', (_, objects, voter) => {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  expect(voterOf(readChartObjects({ 'installed.yaml': text }))).toBe(voter);
});

test('each policy that protects is looked for with a binding', () => {
  const named = (kind: string) =>
    new Set(PROTECTING.flatMap(([resource, name]) => (resource.kind === kind ? name : [])));
  const bound = named('ValidatingAdmissionPolicyBinding');
  for (const name of named('ValidatingAdmissionPolicy')) expect(bound).toContain(name);
});
