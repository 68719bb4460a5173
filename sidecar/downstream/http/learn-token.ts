/** A token that is new here is verified before anything is decided or held; all others cost a look. */
import type { IncomingHttpHeaders } from 'node:http';
import { jwtIn } from '../../identity/jwt/jwt-in.ts';
import type { PathParts } from '../../path/parts.ts';

/** Undefined: there is nothing to wait for. Never rejects. */
export function learnToken(
  { authorization }: IncomingHttpHeaders,
  { policy, jwts }: Pick<PathParts, 'policy' | 'jwts'>,
): Promise<void> | undefined {
  if (authorization === undefined) return undefined;
  const token = jwtIn(authorization, policy.current());
  return token === undefined ? undefined : jwts.learn(token);
}
