/** One small JSON object from an issuer. Nothing of a caller goes there: the URL is the policy's, and no token is sent. */
import type { IncomingMessage } from 'node:http';
import { parseJson } from '../../../core/mcp/parse-json.ts';

const TIMEOUT_MS = 5_000;
/** Metadata and key sets of the largest providers take some 20 KB. */
const MAX_BYTES = 256 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;

/** Rejects with a sentence that says what the issuer did. Redirects are not followed: keys come from where the policy says. */
export async function fetchJson(url: string): Promise<JsonObject> {
  const { status, body } = await ask(url);
  if (status !== 200) throw new Error(`${url} answered with status ${status}`);
  let value: unknown;
  try {
    value = parseJson(body.toString('utf8'));
  } catch {
    throw new Error(`${url} answered with something that is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${url} answered with no JSON object`);
  return value as JsonObject;
}

async function ask(url: string): Promise<{ readonly status: number; readonly body: Buffer }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const answer = await answerOf(url, signal);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BYTES) throw new Error(`${url} answered with more than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks) };
  } catch (error) {
    throw signal.aborted ? new Error(`${url} did not answer within ${TIMEOUT_MS / 1000} seconds`) : error;
  }
}

/**
 * Not `fetch`, which refuses some 80 ports for the sake of browsers (Fetch Standard, §2.9 "Port blocking"), 6000 and 10080 among them: an
 * issuer may be at any. Node's own, and TLS of it only for those who need it: a gate that trusts no issuer loads nothing for it.
 */
async function answerOf(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const { request } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request(url, { headers: { accept: 'application/json' }, signal }, resolve);
  asked.on('error', (cause) => reject(new Error(`${url} could not be asked`, { cause })));
  asked.end();
  return promise;
}
