/** Is it a ServiceAccount of the cluster? Of a token that was looked at before the call came here, or of one that nobody could. */
import { refuse } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { IdentityParts } from '../authenticator.ts';
import type { Shown } from '../shown.ts';
import { bearerToken } from '../bearer.ts';
import { confirm } from '../jwt/confirmation.ts';

export function byAccount(shown: Shown, policy: Policy, { accounts, possession }: IdentityParts) {
  const { authorization } = shown.headers;
  const token = authorization === undefined ? undefined : bearerToken(authorization);
  if (token === undefined || !accounts.isMine(token)) return undefined;
  const verdict = accounts.find(token);
  if (verdict?.kind === 'known') {
    const sent = { token, isDpop: false };
    return confirm(verdict.confirmation, sent, shown, policy, { possession }) ?? accounts.proofOf(verdict, token);
  }
  if (verdict?.kind === 'invalid') return refuse('unauthenticated', `this token is not taken: ${verdict.why}`);
  return refuse(
    'identity-unavailable',
    'nobody can say now whether the token of this ServiceAccount is good; call again in a few seconds',
  );
}
