/** The answers by which a server that does its own OAuth asks for a token, or for a better one. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Policy } from '../../core/policy/policy.ts';
import { serverChecksTokens } from '../identity/who-checks.ts';

export function isChallenge(status: number, policy: Policy | undefined, headers: IncomingHttpHeaders): boolean {
  return (status === 401 || status === 403) && headers['www-authenticate'] !== undefined && serverChecksTokens(policy);
}
