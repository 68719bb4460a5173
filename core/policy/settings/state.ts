/** The store that the gates of a server share, as a bundle says it. The password is in no bundle. */
import * as z from 'zod';
import type { MCPServer } from '../../api/mcp-server.ts';
import { DEFAULT_STORE_PORT, ON_STORE_FAILURE } from '../../api/state-names.ts';

const valkeySchema = z.strictObject({
  host: z.string(),
  port: z.int().min(1).max(65_535),
  tls: z.boolean(),
  /** PEM; null: the authorities that Node knows. */
  ca: z.string().nullable(),
  database: z.int().min(0),
  username: z.string().nullable(),
  /** Null: none is sent. */
  password: z
    .union([z.strictObject({ secret: z.string(), key: z.string() }), z.strictObject({ file: z.string() })])
    .nullable(),
  onFailure: z.enum(ON_STORE_FAILURE),
});

export const stateSchema = z.strictObject({ valkey: valkeySchema });

export type BundleValkey = Readonly<z.infer<typeof valkeySchema>>;
export type BundleState = Readonly<z.infer<typeof stateSchema>>;

export function compileState(state: MCPServer['spec']['state']): { readonly state?: BundleState } {
  const said = state?.valkey;
  if (said === undefined) return {};
  const { protocol, hostname, port } = new URL(said.url);
  const { database, username = null, ca = null, onFailure } = said;
  const valkey = {
    // Brackets are of URLs; whoever connects to an address writes it without.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? DEFAULT_STORE_PORT : Number(port),
    tls: protocol === 'rediss:' || protocol === 'valkeys:',
    ...{ ca, database, username, password: passwordOf(said.passwordFrom), onFailure },
  };
  return { state: { valkey } };
}

function passwordOf(
  from: NonNullable<NonNullable<MCPServer['spec']['state']>['valkey']>['passwordFrom'],
): BundleValkey['password'] {
  if (from === undefined) return null;
  const { secretName, key = '', file = '' } = from;
  return secretName === undefined ? { file } : { secret: secretName, key };
}
