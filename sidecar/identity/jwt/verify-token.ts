/**
 * verifyToken(token) → whose it is, or why it is nobody's. What costs little is looked at first, so that made-up tokens cost no signature; the
 * signature and the times are jose's (RFC 7515, RFC 7519, RFC 8725).
 */
import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import type { Principal } from '../../../core/policy/principal.ts';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { readJws } from '../jws.ts';
import type { Revocable } from '../revoked/revocation-table.ts';
import { principalOf } from './claims.ts';
import { type Confirmation, confirmationIn } from './confirmation.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { MAX_KEYS_TRIED, verifyBy } from './verify-by.ts';

/** A token with some hundred groups takes 6 KB. */
const MAX_TOKEN = 12_000;

/** RFC 9068 §2.1, RFC 7519 §5.1, and those who say nothing. An ID token of OpenID Connect is one of these, too: its audience is its client. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'application/jwt', 'at+jwt', 'application/at+jwt']);

/** They say where the key is that the token should be checked by: its own word for itself (RFC 8725 §3.10). */
const KEY_HINTS = ['jku', 'jwk', 'x5u', 'x5c'] as const;

export interface Known {
  readonly kind: 'known';
  readonly principal: Principal;
  /** Milliseconds since the epoch, with the skew of the clocks. */
  readonly until: number;
  readonly issuer: BundleIssuer;
  readonly kid: string | undefined;
  /** Of IssuerKeys: which key has signed it. */
  readonly signer: string | undefined;
  /** What has to be shown with it. */
  readonly confirmation: Confirmation;
  /** By what it can be taken back. */
  readonly revocable: Revocable;
}

export type Verdict =
  | Known
  /** `why`: for whoever has sent it. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** The issuer cannot be asked for its keys: the caller is not to blame. */
  | { readonly kind: 'unavailable'; readonly issuer: string };

export interface IssuerSet {
  find(issuer: string): TrustedIssuer | undefined;
}

export interface TrustedIssuer {
  readonly said: BundleIssuer;
  readonly keys: Pick<IssuerKeys, 'current' | 'hear' | 'isUnheardOf' | 'signer'>;
  /** Who a token of it is about, or why it is about nobody. Default: as the claims that `said` names have it. */
  readonly read?: (claims: JWTPayload) => Principal | string;
}

/** Three parts of base64url: what no token that the gate itself makes looks like. */
export function looksLikeJwt(token: string): boolean {
  return token.startsWith('ey') && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/** `now`: milliseconds since the epoch. */
export async function verifyToken(token: string, issuers: IssuerSet, now: number): Promise<Verdict> {
  const read = readToken(token);
  if (typeof read === 'string') return invalid(read);
  const { header, payload } = read;
  const issuer = issuers.find(payload.iss ?? '');
  if (issuer === undefined) return invalid('its issuer is none that this server trusts');
  const { said, keys, read: whoIn = (claims: JWTPayload) => principalOf(claims, said) } = issuer;
  const why = whyNotWorthwhile(header, payload, said);
  if (why !== undefined) return invalid(why);
  const { kid } = header;
  if (keys.isUnheardOf(kid)) await keys.hear();
  const [known, signer] = [keys.current, keys.signer(kid)];
  if (known === undefined) return { kind: 'unavailable', issuer: said.issuer };
  try {
    const claims = await verifyBy(token, known, {
      ...{ issuer: said.issuer, audience: [...said.audiences], algorithms: [...said.algorithms] },
      ...{ clockTolerance: said.clockSkewMs / 1000, currentDate: new Date(now), requiredClaims: ['exp'] },
    });
    if (Number(claims.iat) * 1000 > now + said.clockSkewMs) return invalid('it was issued in the future');
    const principal = whoIn(claims);
    if (typeof principal === 'string') return invalid(principal);
    const confirmation = confirmationOf(claims, said);
    if (typeof confirmation === 'string') return invalid(confirmation);
    const until = Number(claims.exp) * 1000 + said.clockSkewMs;
    const { jti, sub, iat } = claims;
    const revocable = { issuer: said.issuer, name: principal.name, jti, sub, iat };
    return { kind: 'known', principal, until, issuer: said, kid, signer, confirmation, revocable };
  } catch (error) {
    return invalid(reasonOf(error));
  }
}

interface ReadToken {
  readonly header: ProtectedHeaderParameters;
  readonly payload: JWTPayload;
}

function readToken(token: string): ReadToken | string {
  if (token.length > MAX_TOKEN) return `it is longer than ${MAX_TOKEN} characters`;
  return (readJws(token) as ReadToken | undefined) ?? 'it cannot be read';
}

function confirmationOf(claims: JWTPayload, { dpop }: BundleIssuer): Confirmation | string {
  const confirmation = confirmationIn(claims);
  if (typeof confirmation === 'string' || dpop !== 'Required' || confirmation.jkt !== undefined) return confirmation;
  return 'it is bound to no key, and this server takes only those of its issuer that are (DPoP)';
}

function whyNotWorthwhile(header: ProtectedHeaderParameters, payload: JWTPayload, said: BundleIssuer) {
  const { alg, typ, crit } = header;
  const kid: unknown = header.kid;
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) return 'it is of another type';
  if (!said.algorithms.some((algorithm) => algorithm === alg)) return 'its algorithm is none that this server takes';
  // RFC 7515 §4.1.11, RFC 7797 §6 and §7: nothing that tokens could make critical is understood here, an unencoded payload least of all.
  if (crit !== undefined) return 'its header says that something is critical which is not known here';
  // RFC 7515 §4.1.4. jose would try every key, and nobody could say later whether the one that fit is still there.
  if (kid !== undefined && typeof kid !== 'string') return 'its key id (kid) is no text';
  const hint = KEY_HINTS.find((name) => header[name] !== undefined);
  if (hint !== undefined) return `its header says where its key is (${hint})`;
  const audiences = [payload.aud ?? []].flat();
  if (!audiences.some((audience) => said.audiences.includes(audience))) return 'it was made for another audience';
  return undefined;
}

/** By the codes of jose's errors. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ERR_JWT_EXPIRED', 'it has expired'],
  ['ERR_JWKS_NO_MATCHING_KEY', 'its key is none of its issuer'],
  ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', `it names no key (kid), and is of none of the first ${MAX_KEYS_TRIED} that fit`],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'its signature is wrong'],
]);

function reasonOf(error: unknown): string {
  const { code, claim } = error as { readonly code?: unknown; readonly claim?: unknown };
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' && typeof claim === 'string') return `its claim ${claim} is not right`;
  return REASONS.get(code) ?? 'it could not be verified';
}

function invalid(why: string): Verdict {
  return { kind: 'invalid', why };
}
