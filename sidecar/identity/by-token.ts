/** Whose token is it that the gate knows? */
import type { Policy } from '../../core/policy/policy.ts';
import type { IdentityParts } from './authenticator.ts';
import type { Shown } from './shown.ts';
import { bearerToken } from './bearer.ts';
import { TokenProof } from './proof.ts';

export function byToken({ headers: { authorization } }: Shown, _policy: Policy, { tokens }: IdentityParts) {
  const token = authorization === undefined ? undefined : bearerToken(authorization);
  const principal = token === undefined ? undefined : tokens.find(token);
  return token === undefined || principal === undefined ? undefined : new TokenProof(principal, token, tokens);
}
