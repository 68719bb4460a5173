/** Whose word about callers behind them counts, as a bundle says it. */
import * as z from 'zod';
import type { MCPServer } from '../../api/mcp-server.ts';
import { strings } from '../rules/field.ts';
import { nameRuleOf, nameRuleSchema } from './certificates.ts';

const proxySchema = z.strictObject({
  name: z.string(),
  from: z.union([
    z.strictObject({ addresses: strings }),
    z.strictObject({ trust: z.string(), certificate: z.string() }),
  ]),
  /** Headers in lower case. */
  says: z.union([
    z.strictObject({ user: z.string(), groups: z.string().nullable() }),
    z.strictObject({ clientCertificate: z.string(), named: nameRuleSchema }),
  ]),
});

export const trustedProxiesSchema = z.array(proxySchema).readonly();

export type BundleProxy = Readonly<z.infer<typeof proxySchema>>;

type SaidProxy = NonNullable<NonNullable<MCPServer['spec']['access']>['trustedProxies']>[number];

/** Sorted by name. */
export function compileTrustedProxies(access: MCPServer['spec']['access']): {
  readonly trustedProxies?: readonly BundleProxy[];
} {
  if (access?.trustedProxies === undefined) return {};
  const entries = access.trustedProxies.map((said) => ({ name: said.name, from: fromOf(said), says: saysOf(said) }));
  return { trustedProxies: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function fromOf({ addresses = [], certificate }: SaidProxy): BundleProxy['from'] {
  if (certificate === undefined) return { addresses: addresses.toSorted() };
  return { trust: certificate.trust, certificate: certificate.name };
}

/** The schema has it that one of the two is there. */
function saysOf({ user, clientCertificate }: SaidProxy): BundleProxy['says'] {
  if (clientCertificate !== undefined) {
    return { clientCertificate: clientCertificate.header.toLowerCase(), named: nameRuleOf(clientCertificate) };
  }
  const { header = 'x-forwarded-user', groups } = user ?? {};
  return { user: header.toLowerCase(), groups: groups?.toLowerCase() ?? null };
}
