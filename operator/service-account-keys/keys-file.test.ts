import { expect, it } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { accountKeysFile, letsInAccounts } from './keys-file.ts';

const server = (access: object) =>
  mcpServerSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: 'finance' },
    spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 8080 }, access },
  });

/** `text`: what the mirror has; `stored`: what lies in the ConfigMap. */
function file(access: object, text: string | undefined, stored?: string) {
  const read: object[] = [];
  const client = {
    async find(_resource: object, ref: object): Promise<never> {
      read.push(ref);
      return (stored === undefined ? undefined : { data: { 'service-account-keys.json': stored } }) as never;
    },
  };
  const accountKeys = { begun: async () => {}, text };
  return accountKeysFile(server(access), { accountKeys, client }).then((files) => ({ files, read }));
}

it('lies beside the policy of a server that lets in ServiceAccounts, and of no other', async () => {
  expect((await file({ serviceAccounts: {} }, 'keys')).files).toEqual({ 'service-account-keys.json': 'keys' });
  expect((await file({ anonymous: true }, 'keys')).files).toEqual({});
});

it('stays as it was while an operator that has just started cannot read the keys', async () => {
  const { files, read } = await file({ serviceAccounts: {} }, undefined, 'old');
  expect(files).toEqual({ 'service-account-keys.json': 'old' });
  expect(read).toEqual([{ namespace: 'finance', name: 'sallyport-policy-ledger' }]);
  expect((await file({ serviceAccounts: {} }, undefined)).files).toEqual({});
});

it('is asked for of whatever is stored', () => {
  const object = (spec: Record<string, unknown>) => ({ apiVersion: 'a', kind: 'b', metadata: { name: 'c' }, spec });
  expect(letsInAccounts(object({ access: { serviceAccounts: {} } }))).toBe(true);
  for (const spec of [{}, { access: null }, { access: {} }]) expect(letsInAccounts(object(spec))).toBe(false);
});
