/** The token of a request that is for an issuer to vouch for: undefined where there is none, or where no issuer is trusted. */
import type { Policy } from '../../../core/policy/policy.ts';
import { bearerToken, dpopToken } from '../bearer.ts';
import { looksLikeJwt } from './verify-token.ts';

export function jwtIn(authorization: string, policy: Policy | undefined): string | undefined {
  if (policy?.bundle.server.access.jwt === undefined) return undefined;
  const token = bearerToken(authorization) ?? dpopToken(authorization);
  return token !== undefined && looksLikeJwt(token) ? token : undefined;
}
