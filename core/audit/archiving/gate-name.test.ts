import { expect, test } from 'vitest';
import { gateUri, serverOfGate } from './gate-name.ts';

test('a gate is named by its server, and read back', () => {
  expect(gateUri('finance', 'ledger')).toBe('spiffe://sallyport/ns/finance/mcpserver/ledger');
  expect(serverOfGate(`URI:${gateUri('finance', 'ledger.v2')}`)).toBe('finance/ledger.v2');
});

test.for([
  undefined,
  '',
  'DNS:sallyport-operator.sallyport-system.svc',
  'URI:spiffe://sallyport/ns/finance/mcpserver/ledger, DNS:x',
  'URI:spiffe://sallyport/ns/finance/mcpserver/a, URI:spiffe://sallyport/ns/finance/mcpserver/b',
  'URI:"spiffe://sallyport/ns/finance/mcpserver/ledger"',
  'URI:spiffe://other/ns/finance/mcpserver/ledger',
  'URI:spiffe://sallyport/ns/finance/sa/ledger',
  'URI:spiffe://sallyport/ns/finance/mcpserver/ledger/more',
  'URI:spiffe://sallyport/ns//mcpserver/ledger',
  'URI:spiffe://sallyport/ns/Finance/mcpserver/ledger',
])('%s names no gate', (name) => expect(serverOfGate(name)).toBeUndefined());
