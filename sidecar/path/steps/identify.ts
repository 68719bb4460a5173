/** Who is it? On a pipe the operating system has shown it already; over HTTP one of the authenticators says it. */
import { Refusal } from '../../../core/mcp/refusals.ts';
import type { EnteringCall } from '../../call/call.ts';
import type { IdentityParts } from '../../identity/authenticator.ts';
import { authenticate } from '../../identity/authenticators.ts';

export function identify({ entry, request }: EnteringCall, gate: IdentityParts): Refusal | undefined {
  if (entry.proof !== undefined || entry.policy === undefined) return undefined;
  const said = authenticate(request, entry.policy, gate);
  if (said instanceof Refusal) return said;
  entry.proof = said;
  return undefined;
}
