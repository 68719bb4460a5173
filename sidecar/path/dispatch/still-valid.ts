/** Is all still so that the call may be sent? Asked of one that has waited: what was found a moment ago, in the same turn, still holds. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import * as wording from '../../approvals/wording.ts';
import type { EnteredCall } from '../../call/call.ts';
import { haltedRefusal } from '../../call/halted.ts';
import type { PathParts } from '../parts.ts';

type Parts = Pick<PathParts, 'policy' | 'audit'>;

export function stillValid(call: EnteredCall, gate: Parts): Refusal | undefined {
  return call.course.hasWaited ? whyNotValid(call, gate) : undefined;
}

export function whyNotValid({ course, doing, entry, request }: EnteredCall, gate: Parts): Refusal | undefined {
  const { approval } = course;
  const policy = gate.policy.current();
  const halt = policy?.halts?.of(doing.principal, doing.targets);
  if (halt !== undefined && request.httpMethod !== 'DELETE') return haltedRefusal(halt);
  // A person has approved it under these rules; any other call was decided on by what was in force when it came.
  if (approval !== undefined && policy?.revision !== approval.subject.revision) {
    return wording.outdated(approval);
  }
  // An approval stays for whoever is still known by their token.
  if (!entry.proof.holds()) return refuse('unauthenticated', 'the token changed or ran out while the call was held');
  return gate.audit.state === 'ok' ? undefined : refuse('audit-unavailable', 'calls are refused until they can be');
}
