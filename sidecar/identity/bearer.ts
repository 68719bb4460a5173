/** Bearer tokens in the headers of HTTP (RFC 6750). */
import type { IncomingHttpHeaders } from 'node:http';

const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

export function bearerToken(authorization: string): string | undefined {
  return BEARER.exec(authorization)?.[1];
}

/** `why`: what is wrong with the token that was sent. `metadata`: where a client finds who gives tokens (RFC 9728 §5.1). */
export function bearerChallenge(
  { authorization }: IncomingHttpHeaders,
  why: string,
  metadata: string | undefined,
): string {
  const parts = ['realm="sallyport"'];
  // RFC 6750 §3: no error code when no credentials were sent.
  if (authorization !== undefined) parts.push('error="invalid_token"', `error_description=${quoted(why)}`);
  if (metadata !== undefined) parts.push(`resource_metadata=${quoted(metadata)}`);
  return `Bearer ${parts.join(', ')}`;
}

/** RFC 6750 §3: neither quotes, backslashes nor anything beyond ASCII. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'")}"`;
}
