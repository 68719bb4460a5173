/** Bearer tokens in the headers of HTTP (RFC 6750). */
import type { IncomingHttpHeaders } from 'node:http';

const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

export function bearerToken(authorization: string): string | undefined {
  return BEARER.exec(authorization)?.[1];
}

/** RFC 6750 §3: no error code when no credentials were sent. */
export function bearerChallenge({ authorization }: IncomingHttpHeaders): string {
  return authorization === undefined
    ? 'Bearer realm="sallyport"'
    : 'Bearer realm="sallyport", error="invalid_token", error_description="The token is not known to this server"';
}
