/**
 * Headers that claim who somebody is. A server behind a gate may believe them, whoever has written them, so they end at the door unless a
 * proxy whose word counts has said them.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** In lower case: of Envoy, oauth2-proxy and what does as they do, ingress controllers, API servers of Kubernetes, and RFC 9440. */
export const CLAIMS: readonly string[] = [
  ...['x-forwarded-client-cert', 'client-cert', 'client-cert-chain', 'ssl-client-cert', 'ssl-client-subject-dn'],
  ...['x-forwarded-user', 'x-forwarded-groups', 'x-forwarded-email', 'x-forwarded-preferred-username'],
  ...['x-forwarded-access-token', 'x-auth-request-user', 'x-auth-request-groups', 'x-auth-request-email'],
  ...['x-auth-request-preferred-username', 'x-auth-request-access-token', 'x-authenticated-user', 'x-webauth-user'],
  ...['x-remote-user', 'x-remote-group', 'x-remote-groups', 'remote-user', 'impersonate-user', 'impersonate-group'],
];

const KNOWN: ReadonlySet<string> = new Set(CLAIMS);
const NOTHING: readonly string[] = [];

/** Takes them out, but for those of a proxy whose word counts. `further`: what other headers proxies of this server speak in. */
export function stripClaims(
  headers: IncomingHttpHeaders,
  further: ReadonlySet<string>,
  said: readonly string[] = NOTHING,
): void {
  for (const name of Object.keys(headers)) {
    if (isClaim(name, further) && !said.includes(name)) delete headers[name];
  }
}

/** Programs behind CGI and WSGI read `X_Forwarded_User` as `X-Forwarded-User` (RFC 3875 §4.1.18). */
function isClaim(name: string, further: ReadonlySet<string>): boolean {
  const read = name.includes('_') ? name.replaceAll('_', '-') : name;
  return KNOWN.has(read) || further.has(read);
}
