/** That clients come by TLS alone, as a bundle says it. */
import * as z from 'zod';
import type { MCPServer } from '../../api/mcp-server.ts';

export const tlsSchema = z.strictObject({
  /** Where the gate has its certificate from: files that are mounted. */
  certificate: z.enum(['Secret']),
});

export type BundleTls = Readonly<z.infer<typeof tlsSchema>>;

export function compileTls(access: MCPServer['spec']['access']): { readonly tls?: BundleTls } {
  return access?.tls === undefined ? {} : { tls: { certificate: 'Secret' } };
}
