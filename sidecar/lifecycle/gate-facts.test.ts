import { expect, test } from 'vitest';
import { gateFacts } from './gate-facts.ts';

const SETTINGS = { server: 'a/b', upstream: 'http://127.0.0.1/mcp', audit: { keepMs: undefined, fileBytes: 5 } };

test('the same settings have the same digest, in whatever order they are, and others have another', () => {
  const { config } = gateFacts(SETTINGS, {});
  expect(config).toMatch(/^sha256:[0-9a-f]{64}$/);
  const { upstream, audit, server } = SETTINGS;
  expect(gateFacts({ audit, upstream, server }, {}).config).toBe(config);
  expect(gateFacts({ ...SETTINGS, server: 'a/c' }, {}).config).not.toBe(config);
});

test('a password in a URL cannot be guessed from the digest', () => {
  const [one, other] = ['one', 'other'].map((password) => `http://me:${password}@host/mcp`);
  expect(gateFacts({ upstream: one }, {}).config).toBe(gateFacts({ upstream: other }, {}).config);
});

test('the pod and its node are those that the resource attributes name', () => {
  const env = { OTEL_RESOURCE_ATTRIBUTES: 'k8s.namespace.name=a,k8s.pod.name = p%2D1 ,k8s.node.name=n,broken,x=%zz' };
  expect(gateFacts(SETTINGS, env)).toMatchObject({ pod: 'a/p-1', node: 'n', pid: process.pid });
  expect(gateFacts(SETTINGS, { OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=p' }).pod).toBeUndefined();
});
