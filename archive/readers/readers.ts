/** Who may read: whoever has one of the tokens that are let in, each way in its own file. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type Reader =
  | { readonly kind: 'reader'; readonly name: string }
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 503; readonly why: string };

/** `get` reads records; `update` makes and lifts legal holds. */
export type Verb = 'get' | 'update';

/** `server`: `namespace/name`, undefined for those of all. */
export type ReaderCheck = (token: string, verb: Verb, server: string | undefined) => Promise<Reader>;

const BEARER = /^Bearer ([\w.~+/-]{1,16384}={0,2})$/i;

export async function identifyReader(
  authorization: string | undefined,
  verb: Verb,
  server: string | undefined,
  checks: readonly ReaderCheck[],
): Promise<Reader> {
  const token = BEARER.exec(authorization ?? '')?.[1];
  let refusal: Reader = { kind: 'refused', status: 401, why: 'send a token for readers as Authorization: Bearer' };
  if (token === undefined) return refusal;
  for (const check of checks) {
    const reader = await check(token, verb, server);
    if (reader.kind === 'reader') return reader;
    refusal = reader;
  }
  return refusal;
}

/** The one token of a file, which may be replaced while the archive runs. It may read, and hold, all. */
export function tokenFileReader(file: string): ReaderCheck {
  return async (token) => {
    let expected: string;
    try {
      expected = readFileSync(file, 'utf8').trim();
    } catch {
      return { kind: 'refused', status: 503, why: 'the file with the token for readers cannot be read' };
    }
    // Of the same length, whatever was sent: what takes how long says nothing of the token.
    if (expected !== '' && timingSafeEqual(digest(token), digest(expected)))
      return { kind: 'reader', name: 'the token of the file' };
    return { kind: 'refused', status: 401, why: 'the token is not accepted' };
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
