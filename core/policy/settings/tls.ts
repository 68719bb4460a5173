/** That clients come by TLS alone, as a bundle says it. */
import * as z from 'zod';
import type { MCPServer } from '../../api/mcp-server.ts';

export const tlsSchema = z.strictObject({
  /** Where the gate has its certificate from: files that are mounted, or the operator, which gives one to a gate that asks. */
  certificate: z.enum(['Secret', 'Operator']),
});

export type BundleTls = Readonly<z.infer<typeof tlsSchema>>;

export function compileTls(access: MCPServer['spec']['access']): { readonly tls?: BundleTls } {
  if (access?.tls === undefined) return {};
  return { tls: { certificate: access.tls.secretName === undefined ? 'Operator' : 'Secret' } };
}
