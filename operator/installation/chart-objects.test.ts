import { expect, test } from 'vitest';
import { readChartObjects } from './chart-objects.ts';

const policy = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: sallyport-gates}
spec: {failurePolicy: Fail}
`;
const webhook = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: sallyport-validator}
webhooks: [{name: a.sallyport.dev, clientConfig: {caBundle: AAAA}, failurePolicy: Fail}]
`;

test('every object is known by its kind and name, policies by their spec and webhooks by theirs', () => {
  const objects = readChartObjects({ 'installed.yaml': `${policy}---\n${webhook}---\n` });
  expect([...objects.keys()]).toEqual([
    'ValidatingAdmissionPolicy sallyport-gates',
    'ValidatingWebhookConfiguration sallyport-validator',
  ]);
  expect(JSON.stringify([...objects.values()])).not.toContain('AAAA');
});

test.each([
  ['no data', undefined],
  ['another key', { 'operator.yaml': '' }],
])('a ConfigMap with %s is that of an older chart', (_, data) => {
  expect(() => readChartObjects(data)).toThrow('it has no key installed.yaml, so its chart is older than the operator');
});

test('what is not YAML is said to be none', () => {
  expect(() => readChartObjects({ 'installed.yaml': 'a: [' })).toThrow('its installed.yaml is not YAML');
});
