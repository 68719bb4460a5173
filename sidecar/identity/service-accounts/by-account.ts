/** Is it a ServiceAccount of the cluster? Of a token that was looked at before the call came here, or of one that nobody could. */
import { refuse } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { IdentityParts } from '../authenticator.ts';
import type { Shown } from '../shown.ts';
import { bearerToken } from '../bearer.ts';

export function byAccount({ headers: { authorization } }: Shown, _policy: Policy, { accounts }: IdentityParts) {
  const token = authorization === undefined ? undefined : bearerToken(authorization);
  if (token === undefined || !accounts.isMine(token)) return undefined;
  const verdict = accounts.find(token);
  if (verdict?.kind === 'known') return accounts.proofOf(verdict, token);
  if (verdict?.kind === 'invalid') return refuse('unauthenticated', `this token is not taken: ${verdict.why}`);
  return refuse(
    'identity-unavailable',
    'nobody can say now whether the token of this ServiceAccount is good; call again in a few seconds',
  );
}
