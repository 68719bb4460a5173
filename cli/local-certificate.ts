/** The certificates of a gate on this machine: Secrets of the policy folder, of the shape that a cluster has them in. */
import type { LoadedDocument } from '../core/api/load.ts';
import type { MCPServer } from '../core/api/mcp-server.ts';
import { type CredentialSecret, readCredential } from '../core/api/credential-secret.ts';
import { CA_ENTRY, type ClientPairTexts } from '../sidecar/tls/client-pair.ts';
import { CERTIFICATE_ENTRY, KEY_ENTRY, type Pair, readPair, type Unfit } from '../sidecar/tls/pair.ts';

/** What clients are to be shown; undefined: the server speaks plain HTTP. `now`: milliseconds since the epoch. */
export function certificateIn(
  documents: readonly LoadedDocument[],
  { spec, metadata: { namespace } }: MCPServer,
  now: number,
): Pair | Unfit | undefined {
  const name = spec.access?.tls?.secretName;
  if (name === undefined) return undefined;
  for (const { kind, value } of documents) {
    if (kind !== 'Secret' || value.metadata.name !== name || value.metadata.namespace !== namespace) continue;
    const textOf = (entry: string): string | undefined => value.stringData?.[entry] ?? decoded(value.data?.[entry]);
    return readPair(textOf(CERTIFICATE_ENTRY), textOf(KEY_ENTRY), now);
  }
  return { problem: `there is no Secret ${namespace}/${name}; add it, with tls.crt and tls.key` };
}

/** What the server is to be shown; undefined: nothing. `secrets`: by name, those that it may be shown. */
export function clientCertificateIn(
  secrets: ReadonlyMap<string, CredentialSecret>,
  { spec }: MCPServer,
): ClientPairTexts | Unfit | undefined {
  const name = spec.upstream?.clientCertificate?.secretName;
  if (name === undefined) return undefined;
  const secret = secrets.get(name);
  if (secret === undefined) return { problem: `there is no Secret ${name} that the server may be shown; add it` };
  const textOf = (entry: string): string | undefined => {
    const read = readCredential(secret, name, entry);
    return 'text' in read ? read.text : undefined;
  };
  return { cert: textOf(CERTIFICATE_ENTRY), key: textOf(KEY_ENTRY), ca: textOf(CA_ENTRY) };
}

/** What is no base64 is no PEM either, once it is decoded. */
function decoded(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}
