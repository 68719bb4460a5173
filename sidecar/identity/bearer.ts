/** Tokens in the headers of HTTP: by themselves (RFC 6750), and with a proof of possession (RFC 9449). */
import type { IncomingHttpHeaders } from 'node:http';
import { PROOF_ALGORITHMS } from './dpop/public-key.ts';

const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

export function bearerToken(authorization: string): string | undefined {
  return BEARER.exec(authorization)?.[1];
}

/** RFC 9449 §7.1: of a token that is bound to a key, which a proof comes with. */
const DPOP = /^dpop +([A-Za-z0-9._~+/-]+=*) *$/i;

export function dpopToken(authorization: string): string | undefined {
  return DPOP.exec(authorization)?.[1];
}

/** The scheme alone, whatever comes behind it. */
export function isDpopScheme(authorization: string | undefined): boolean {
  return authorization !== undefined && /^dpop( |$)/i.test(authorization);
}

/**
 * `why`: what is wrong with the token that was sent. `metadata`: where a client finds who gives tokens (RFC 9728 §5.1). `scopes`: what to
 * ask them for (RFC 6750 §3); empty: whatever the client likes.
 */
export function bearerChallenge(
  { authorization }: IncomingHttpHeaders,
  why: string,
  metadata: string | undefined,
  scopes: readonly string[] = [],
): string {
  const parts = ['realm="sallyport"'];
  if (scopes.length > 0) parts.push(`scope=${quoted(scopes.join(' '))}`);
  // RFC 6750 §3: no error code when no credentials were sent.
  if (authorization !== undefined) parts.push('error="invalid_token"', `error_description=${quoted(why)}`);
  if (metadata !== undefined) parts.push(`resource_metadata=${quoted(metadata)}`);
  return `Bearer ${parts.join(', ')}`;
}

/** RFC 6750 §3.1, in the scheme of the token that was sent (RFC 9449 §7.1). */
export function scopeChallenge(
  { authorization }: IncomingHttpHeaders,
  why: string,
  metadata: string | undefined,
  scopes: readonly string[],
): string {
  const parts = ['realm="sallyport"', 'error="insufficient_scope"', `error_description=${quoted(why)}`];
  parts.push(`scope=${quoted(scopes.join(' '))}`);
  if (metadata !== undefined) parts.push(`resource_metadata=${quoted(metadata)}`);
  return `${isDpopScheme(authorization) ? 'DPoP' : 'Bearer'} ${parts.join(', ')}`;
}

/** RFC 9449 §7.1, §9. `error`: `use_dpop_nonce` comes with a nonce in the DPoP-Nonce header. */
export function dpopChallenge(
  error: 'use_dpop_nonce' | 'invalid_dpop_proof' | 'invalid_token',
  why: string,
  metadata: string | undefined,
): string {
  const parts = ['realm="sallyport"', `error="${error}"`, `error_description=${quoted(why)}`];
  parts.push(`algs="${PROOF_ALGORITHMS.join(' ')}"`);
  if (metadata !== undefined) parts.push(`resource_metadata=${quoted(metadata)}`);
  return `DPoP ${parts.join(', ')}`;
}

/** RFC 6750 §3: neither quotes, backslashes nor anything beyond ASCII. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'")}"`;
}
