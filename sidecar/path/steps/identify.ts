/** Who is it? On a pipe the operating system has shown it already; over HTTP one of the authenticators says it. */
import { Refusal } from '../../../core/mcp/refusals.ts';
import { type IdentityParts, authenticate } from '../../identity/authenticators.ts';
import type { Call } from '../../call/call.ts';

export function identify(call: Call, gate: IdentityParts): Refusal | undefined {
  if (call.proof !== undefined || call.policy === undefined) return undefined;
  const said = authenticate(call.headers, call.policy, gate);
  if (said instanceof Refusal) return said;
  call.proof = said;
  return undefined;
}
