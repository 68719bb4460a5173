import { expect, it } from 'vitest';
import { mcpServerSchema } from '../../api/mcp-server.ts';
import { compileServiceAccounts } from './service-accounts.ts';

const compiled = (access: object) =>
  compileServiceAccounts(
    mcpServerSchema.parse({
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'MCPServer',
      metadata: { name: 'ledger', namespace: 'finance' },
      spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 8080 }, access },
    }),
  );

it('are in no bundle where none is let in', () => expect(compiled({ anonymous: true })).toEqual({}));

it('are let in by tokens for the server', () => {
  expect(compiled({ serviceAccounts: {} })).toEqual({
    serviceAccounts: { audiences: ['ledger.finance.sallyport.dev'], namespaces: null, verify: 'Offline' },
  });
});

it('are said in one way, however they were written', () => {
  expect(compiled({ serviceAccounts: { audiences: ['b', 'a'], namespaces: ['d', 'c'], verify: 'Online' } })).toEqual({
    serviceAccounts: { audiences: ['a', 'b'], namespaces: ['c', 'd'], verify: 'Online' },
  });
});
