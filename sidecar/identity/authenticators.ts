/** The list of ways to show who one is over HTTP. The first that has something to say of a caller says it. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { PolicySource } from '../policy/source.ts';
import { bearerToken } from './bearer.ts';
import { NoProof, type Proof, TokenProof } from './proof.ts';
import type { TokenSource } from './token-source.ts';
import { serverChecksTokens, servesUnknown } from './who-checks.ts';

export interface IdentityParts {
  readonly policy: PolicySource;
  readonly tokens: TokenSource;
}

/** Undefined: it has nothing to say of this caller, and the next one is asked. */
type Authenticator = (
  headers: IncomingHttpHeaders,
  policy: Policy,
  parts: IdentityParts,
) => Proof | Refusal | undefined;

const AUTHENTICATORS: readonly Authenticator[] = [byServer, byToken, asNobody];

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

/** A client that sends a token is never served as anonymous: its owner believes it to be known. */
function byToken({ authorization }: IncomingHttpHeaders, _policy: Policy, { tokens }: IdentityParts) {
  if (authorization === undefined) return undefined;
  const token = bearerToken(authorization);
  const principal = token === undefined ? undefined : tokens.find(token);
  return token === undefined || principal === undefined
    ? refuse('unauthenticated', 'this token is not known')
    : new TokenProof(principal, token, tokens);
}

function asNobody(_headers: IncomingHttpHeaders, policy: Policy, parts: IdentityParts): Proof | undefined {
  return servesUnknown(policy) ? new NoProof(parts.policy) : undefined;
}
