/** Which ServiceAccounts a gate lets in, as a bundle says it. The keys lie beside it (core/service-account-keys.ts). */
import * as z from 'zod';
import { ACCOUNT_CHECKS, defaultAudience } from '../../api/access-names.ts';
import type { MCPServer } from '../../api/mcp-server.ts';
import { strings } from '../rules/field.ts';

export const serviceAccountsSchema = z.strictObject({
  audiences: strings,
  /** Null: of all. */
  namespaces: strings.nullable(),
  verify: z.enum(ACCOUNT_CHECKS),
});

export type BundleServiceAccounts = Readonly<z.infer<typeof serviceAccountsSchema>>;

/** Both lists sorted. */
export function compileServiceAccounts({ metadata, spec }: MCPServer): {
  readonly serviceAccounts?: BundleServiceAccounts;
} {
  const said = spec.access?.serviceAccounts;
  if (said === undefined) return {};
  const { audiences = [defaultAudience(metadata)], namespaces, verify } = said;
  const sorted = { audiences: audiences.toSorted(), namespaces: namespaces?.toSorted() ?? null };
  return { serviceAccounts: { ...sorted, verify } };
}
