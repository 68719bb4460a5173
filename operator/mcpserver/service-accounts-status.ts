/** What the status of a server says to whoever writes an agent that calls it with its ServiceAccount. */
import { defaultAudience } from '../../core/api/access-names.ts';
import type { MCPServer } from '../../core/api/mcp-server.ts';
import type { ServiceAccountKeyMirror } from '../service-account-keys/mirror.ts';

export interface ServiceAccountsStatus {
  audiences: readonly string[];
  issuer?: string;
}

export function serviceAccountsStatus(
  { metadata, spec }: MCPServer,
  { issuer }: Pick<ServiceAccountKeyMirror, 'issuer'>,
): { serviceAccounts?: ServiceAccountsStatus } {
  const said = spec.access?.serviceAccounts;
  if (said === undefined) return {};
  const audiences = said.audiences ?? [defaultAudience(metadata)];
  return { serviceAccounts: { audiences, ...(issuer === undefined ? {} : { issuer }) } };
}
