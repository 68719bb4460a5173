/** SPIFFE IDs (SPIFFE-ID §2): `spiffe://TRUST-DOMAIN/PATH`, in the one spelling that the specification has for each. */

const MAX_TRUST_DOMAIN = 255;
const MAX_ID = 2048;
const SCHEME = 'spiffe://';
export const TRUST_DOMAIN = /^[a-z0-9._-]+$/;
const SEGMENT = /^[A-Za-z0-9._-]+$/;

export interface SpiffeId {
  readonly trustDomain: string;
  /** With the slash in front; empty: the trust domain itself. */
  readonly path: string;
}

function mayBeTrustDomain(text: string): boolean {
  return text.length <= MAX_TRUST_DOMAIN && TRUST_DOMAIN.test(text);
}

/** Undefined: it is none. Nothing is made to fit: other case, ports, queries, escapes and dots as segments are no SPIFFE ID (§2.1, §2.2). */
export function parseSpiffeId(text: string): SpiffeId | undefined {
  if (text.length > MAX_ID || !text.startsWith(SCHEME)) return undefined;
  const rest = text.slice(SCHEME.length);
  const slash = rest.indexOf('/');
  const [trustDomain, path] = slash < 0 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash)];
  if (!mayBeTrustDomain(trustDomain)) return undefined;
  const segments = path === '' ? [] : path.slice(1).split('/');
  const isPath = segments.every((one) => SEGMENT.test(one) && one !== '.' && one !== '..');
  return isPath ? { trustDomain, path } : undefined;
}
