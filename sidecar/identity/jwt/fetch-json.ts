/** One small JSON object from an issuer. Nothing of a caller goes there: the URL is the policy's, and no token is sent. */
import { parseJson } from '../../../core/mcp/parse-json.ts';

const TIMEOUT_MS = 5_000;
/** Metadata and key sets of the largest providers take some 20 KB. */
const MAX_BYTES = 256 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;

/** Rejects with a sentence that says what the issuer did. Redirects are not followed: keys come from where the policy says. */
export async function fetchJson(url: string): Promise<JsonObject> {
  // Node's own: a gate that trusts no issuer loads nothing for it.
  const answer = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error(`${url} answered with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (answer.status !== 200) throw new Error(`${url} answered with status ${answer.status}`);
  let value: unknown;
  try {
    value = parseJson(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Error(`${url} answered with something that is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${url} answered with no JSON object`);
  return value as JsonObject;
}
