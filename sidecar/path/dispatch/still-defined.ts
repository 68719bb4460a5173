/** A call that has waited was asked about by what the server said of its tool then; it may have said something else meanwhile. */
import type { Refusal } from '../../../core/mcp/refusals.ts';
import type { JudgedCall } from '../../call/call.ts';
import type { PathParts } from '../parts.ts';
import { refuseByDefinition } from '../refuse-by-definition.ts';

export function stillDefined(call: JudgedCall, gate: Pick<PathParts, 'policy' | 'definitions'>): Refusal | undefined {
  if (!call.course.hasWaited) return undefined;
  const { judgement, entry } = call;
  const policy = gate.policy.current() ?? call.policy;
  return refuseByDefinition(policy, gate.definitions, judgement.targets, undefined, entry.proof.principal).refusal;
}
