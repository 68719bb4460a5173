/** Who asks callers for a token: the gate, or the server for which their tokens were made. Nothing else in the gate asks the bundle. */
import type { Policy } from '../../core/policy/policy.ts';

/** The gate knows nobody then, and cannot tell a good token from a bad one; the server does its own OAuth. */
export function serverChecksTokens(policy: Policy | undefined): boolean {
  return policy?.bundle.server.access.authorization === 'Server';
}

/** Whether callers are let in of whom nothing is known. */
export function servesUnknown(policy: Policy | undefined): boolean {
  return policy?.bundle.server.access.anonymous === true || serverChecksTokens(policy);
}
