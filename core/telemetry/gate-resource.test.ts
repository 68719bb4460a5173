import { expect, it } from 'vitest';
import { gateResource } from './gate-resource.ts';

it.each([
  ['finance/ledger', 'ledger-gate', 'finance'],
  ['ledger', 'ledger-gate', undefined],
  ['', 'sallyport-gate', undefined],
])('the gate of %j is %s in %s', (server, name, namespace) => {
  const resource = gateResource(server, '1.2.3', 'pod-1');
  expect([resource['service.name'], resource['service.namespace'], resource['service.instance.id']]).toEqual([
    name,
    namespace,
    'pod-1',
  ]);
});
