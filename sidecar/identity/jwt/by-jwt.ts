/** Of a token that was verified before the call came here, or of one that nobody could. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { IdentityParts } from '../authenticator.ts';
import type { Shown } from '../shown.ts';
import { isDpopScheme } from '../bearer.ts';
import type { Proof } from '../proof.ts';
import { confirm } from './confirmation.ts';
import { jwtIn } from './jwt-in.ts';
import { JwtProof } from './jwt-proof.ts';
import type { Verdict } from './verify-token.ts';

export function byJwt(
  shown: Shown,
  policy: Policy,
  { jwts, accounts, possession }: IdentityParts,
): Proof | Refusal | undefined {
  const { authorization } = shown.headers;
  const token = authorization === undefined ? undefined : jwtIn(authorization, policy);
  // In whatever order they are asked: only one of them has looked at the token.
  if (token === undefined || accounts.isMine(token)) return undefined;
  const verdict: Verdict = jwts.look(token) ?? { kind: 'unavailable', issuer: 'its issuer' };
  if (verdict.kind === 'known') {
    const sent = { token, isDpop: isDpopScheme(authorization) };
    return confirm(verdict.confirmation, sent, shown, policy, { possession }) ?? new JwtProof(verdict, jwts);
  }
  if (verdict.kind === 'invalid') return refuse('unauthenticated', `this token is not taken: ${verdict.why}`);
  const sentence = `the keys of ${verdict.issuer} could not be read, so no token of it can be verified; call again in a few seconds`;
  return refuse('identity-unavailable', sentence);
}
