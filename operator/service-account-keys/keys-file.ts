/** The file with the keys of the API server that lies beside the policy of a server: none where it lets in no ServiceAccounts. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { SERVICE_ACCOUNT_KEYS_FILE } from '../../core/service-account-keys.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { RawObject } from '../kit/resource.ts';
import { policyConfigMapName } from '../names.ts';
import type { ServiceAccountKeyMirror } from './mirror.ts';

interface Parts {
  readonly accountKeys: Pick<ServiceAccountKeyMirror, 'begun' | 'text'>;
  readonly client: Pick<ApiClient, 'find'>;
}

export async function accountKeysFile(
  { metadata: { namespace, name }, spec }: Pick<MCPServer, 'metadata' | 'spec'>,
  { accountKeys, client }: Parts,
): Promise<Record<string, string>> {
  if (spec.access?.serviceAccounts === undefined) return {};
  await accountKeys.begun();
  // An operator that has just started, and cannot read them, does not take away what the one before has written.
  const text =
    accountKeys.text ??
    (await client.find(RESOURCES.ConfigMap, { namespace, name: policyConfigMapName(name) }))?.data?.[
      SERVICE_ACCOUNT_KEYS_FILE
    ];
  return text === undefined ? {} : { [SERVICE_ACCOUNT_KEYS_FILE]: text };
}

/** As it is stored, whether or not it can be read whole. */
export function letsInAccounts({ spec }: RawObject): boolean {
  const access = spec?.['access'];
  return typeof access === 'object' && access !== null && 'serviceAccounts' in access;
}
