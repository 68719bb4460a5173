/** The list of ways to show who one is over HTTP. The first that has something to say of a caller says it. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { PolicySource } from '../policy/source.ts';
import { bearerToken } from './bearer.ts';
import { jwtIn } from './jwt/jwt-in.ts';
import { NoProof, type Proof, TokenProof } from './proof.ts';
import { JwtProof } from './jwt/jwt-proof.ts';
import type { JwtSource } from './jwt/jwt-source.ts';
import type { Verdict } from './jwt/verify-token.ts';
import type { TokenSource } from './token-source.ts';
import { serverChecksTokens, servesUnknown } from './who-checks.ts';

export interface IdentityParts {
  readonly policy: PolicySource;
  readonly tokens: TokenSource;
  readonly jwts: Pick<JwtSource, 'look' | 'holds'>;
}

/** Undefined: it has nothing to say of this caller, and the next one is asked. */
type Authenticator = (
  headers: IncomingHttpHeaders,
  policy: Policy,
  parts: IdentityParts,
) => Proof | Refusal | undefined;

const AUTHENTICATORS: readonly Authenticator[] = [byServer, byToken, byJwt, unknown, asNobody];

export function authenticate(headers: IncomingHttpHeaders, policy: Policy, parts: IdentityParts): Proof | Refusal {
  for (const authenticator of AUTHENTICATORS) {
    const said = authenticator(headers, policy, parts);
    if (said !== undefined) return said;
  }
  return refuse('unauthenticated', 'send "Authorization: Bearer <token>"; `sallyport token create NAME` makes one');
}

/** Whatever the caller shows is for the server to judge. */
function byServer(_headers: IncomingHttpHeaders, policy: Policy, parts: IdentityParts): Proof | undefined {
  return serverChecksTokens(policy) ? new NoProof(parts.policy) : undefined;
}

function byToken({ authorization }: IncomingHttpHeaders, _policy: Policy, { tokens }: IdentityParts) {
  const token = authorization === undefined ? undefined : bearerToken(authorization);
  const principal = token === undefined ? undefined : tokens.find(token);
  return token === undefined || principal === undefined ? undefined : new TokenProof(principal, token, tokens);
}

/** Of a token that was verified before the call came here, or of one that nobody could. */
function byJwt({ authorization }: IncomingHttpHeaders, policy: Policy, { jwts }: IdentityParts) {
  const token = authorization === undefined ? undefined : jwtIn(authorization, policy);
  if (token === undefined) return undefined;
  const verdict: Verdict = jwts.look(token) ?? { kind: 'unavailable', issuer: 'its issuer' };
  if (verdict.kind === 'known') return new JwtProof(verdict, jwts);
  if (verdict.kind === 'invalid') return refuse('unauthenticated', `this token is not taken: ${verdict.why}`);
  const sentence = `the keys of ${verdict.issuer} could not be read, so no token of it can be verified; call again in a few seconds`;
  return refuse('identity-unavailable', sentence);
}

/** A client that sends a token is never served as anonymous: its owner believes it to be known. */
function unknown({ authorization }: IncomingHttpHeaders): Refusal | undefined {
  return authorization === undefined ? undefined : refuse('unauthenticated', 'this token is not known');
}

function asNobody(_headers: IncomingHttpHeaders, policy: Policy, parts: IdentityParts): Proof | undefined {
  return servesUnknown(policy) ? new NoProof(parts.policy) : undefined;
}
