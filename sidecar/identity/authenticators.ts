/** The list of ways to show who one is over HTTP. The first that has something to say of a caller says it. */
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Authenticator, IdentityParts, Shown } from './authenticator.ts';
import { byToken } from './by-token.ts';
import { byCertificate, byRequiredCertificate } from './certificates/by-certificate.ts';
import { byJwt } from './jwt/by-jwt.ts';
import { NoProof, type Proof } from './proof.ts';
import { byProxy } from './proxies/by-proxy.ts';
import { serverChecksTokens, servesUnknown } from './who-checks.ts';

const AUTHENTICATORS: readonly Authenticator[] = [
  ...[byServer, byRequiredCertificate, byToken, byJwt, unknown, byProxy, byCertificate, asNobody],
];

export function authenticate(shown: Shown, policy: Policy, parts: IdentityParts): Proof | Refusal {
  for (const authenticator of AUTHENTICATORS) {
    const said = authenticator(shown, policy, parts);
    if (said !== undefined) return said;
  }
  return refuse('unauthenticated', 'send "Authorization: Bearer <token>"; `sallyport token create NAME` makes one');
}

/** Whatever the caller shows is for the server to judge. */
function byServer(_shown: Shown, policy: Policy, parts: IdentityParts): Proof | undefined {
  return serverChecksTokens(policy) ? new NoProof(parts.policy) : undefined;
}

/** A client that sends a token is never served as anonymous: its owner believes it to be known. */
function unknown({ headers: { authorization } }: Shown): Refusal | undefined {
  return authorization === undefined ? undefined : refuse('unauthenticated', 'this token is not known');
}

function asNobody(_shown: Shown, policy: Policy, parts: IdentityParts): Proof | undefined {
  return servesUnknown(policy) ? new NoProof(parts.policy) : undefined;
}
