/** Changes one client in the YAML text of a Secret; other documents, and comments, stay as they are. */
import { parseAllDocuments, parseDocument, Scalar } from 'yaml';
import type { ClientToken } from '../core/api/client-tokens.ts';

export interface SecretId {
  name: string;
  namespace: string;
}

/** A client's entry as the value of its key: a small YAML document of its own. */
export function tokenEntry({ digests, groups }: Omit<ClientToken, 'name'>): string {
  const sha256 = digests.length === 1 ? digests[0] : `[${digests.join(', ')}]`;
  return `sha256: ${sha256}\n${groups.length === 0 ? '' : `groups: ${JSON.stringify(groups)}\n`}`;
}

/** The text with the client's entry set, or with the client gone where `entry` is undefined. */
export function editSecret(text: string, secret: SecretId, client: string, entry: string | undefined): string {
  for (const { contents, range } of parseAllDocuments(text, { stringKeys: true })) {
    const [start, , end] = range;
    // Only this document is written anew: the yaml library would reformat the others.
    if (!isSecret(contents?.toJSON(), secret)) continue;
    const before = text.slice(start, end);
    const document = parseDocument(before, { stringKeys: true });
    // Base64 is for machines: what is changed moves to stringData.
    if (document.hasIn(['data', client])) document.deleteIn(['data', client]);
    if (entry === undefined) document.deleteIn(['stringData', client]);
    else document.setIn(['stringData', client], blockScalar(entry));
    const after = document.toString({ lineWidth: 0, flowCollectionPadding: false });
    return text.slice(0, start) + (before.includes('\r\n') ? after.replaceAll('\n', '\r\n') : after) + text.slice(end);
  }
  throw new Error(`no Secret ${secret.namespace}/${secret.name}`);
}

/** The text with a new Secret at its end that holds one client. */
export function appendSecret(text: string, { name, namespace }: SecretId, client: string, entry: string): string {
  const metadata = namespace === 'default' ? `{name: ${name}}` : `{name: ${name}, namespace: ${namespace}}`;
  const secret = `# Who may call: SHA-256 digests of bearer tokens, made by \`sallyport token create\`. The tokens are nowhere.
apiVersion: v1
kind: Secret
metadata: ${metadata}
stringData:
${stringDataLines(client, entry)}`;
  if (text.trim() === '') return secret;
  return `${text}${text.endsWith('\n') ? '' : '\n'}---\n${secret}`;
}

/** The lines below `stringData:` that make up one client. */
export function stringDataLines(client: string, entry: string): string {
  // Quoted: a client named 123 or true would not be text.
  const key =
    /^[a-z][a-z-]*$/.test(client) && client !== 'true' && client !== 'false' && client !== 'null'
      ? client
      : JSON.stringify(client);
  return `  ${key}: |\n${entry.trimEnd().replaceAll(/^/gm, '    ')}\n`;
}

function blockScalar(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.BLOCK_LITERAL;
  return scalar;
}

function isSecret(value: unknown, { name, namespace }: SecretId): boolean {
  const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } };
  return kind === 'Secret' && metadata?.name === name && (metadata.namespace ?? 'default') === namespace;
}
