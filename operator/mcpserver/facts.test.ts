import { expect, test } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import type { RawObject } from '../kit/resource.ts';
import { ownerReference } from '../kit/owner.ts';
import { type InPods, placementOf } from '../placement.ts';
import { cachesWith, mcpServer, pod } from '../testing/gen.ts';
import { gatherFacts } from './facts.ts';

const server = mcpServer({ uid: 'uid' });
function facts(...others: object[]) {
  const placement = placementOf(server) as InPods;
  return gatherFacts(server, mcpServerSchema.parse(server), placement, cachesWith(server, ...others));
}

function service(name: string, of?: RawObject) {
  const ownerReferences = of === undefined ? [] : [ownerReference(of)];
  const metadata = { name, namespace: 'finance', uid: `service-${name}`, resourceVersion: '1', ownerReferences };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'ledger' } }, digest: '' };
}

test('pods are those that live and the selector finds, by their names', () => {
  const going = pod({ name: 'c' });
  going.metadata.deletionTimestamp = '2026-11-21T10:00:00Z';
  const found = facts(pod({ name: 'b' }), pod({ name: 'a' }), going, pod({ name: 'x', labels: { app: 'x' } }));
  expect(found.pods.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('rivals are the other servers that claim one of them', () => {
  expect(
    facts(pod(), mcpServer({ name: 'second' }), mcpServer({ name: 'elsewhere', namespace: 'sales' })).rivals,
  ).toEqual(['second']);
});

test('Services are those that lead to them, without our own', () => {
  const found = facts(pod(), service('ledger', server), service('front'));
  expect(found.services.map(({ metadata }) => metadata.name)).toEqual(['front']);
  expect(found.endpoint).toEqual({ kind: 'own' });
});

test("a Service of the server's name that is somebody else's is looked at: this one has no port", () => {
  expect(facts(pod(), service('ledger')).endpoint).toEqual({ kind: 'taken', around: false });
});

test('the label of the namespace says whether pods get gates', () => {
  const namespace = (labels: object) => ({ kind: 'Namespace', metadata: { name: 'finance', labels } });
  expect(
    [facts(), facts(namespace({})), facts(namespace({ 'sallyport.dev/injection': 'enabled' }))].map(
      (one) => one.namespaceInjects,
    ),
  ).toEqual([false, false, true]);
});
