/** A call that has waited was asked about by what the server said of its tool then; it may have said something else meanwhile. */
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { isRedefined } from '../../approvals/known-definition.ts';
import { redefined } from '../../approvals/wording.ts';
import type { JudgedCall } from '../../call/call.ts';
import type { PathParts } from '../parts.ts';
import { refuseByDefinition } from '../refuse-by-definition.ts';

type Parts = Pick<PathParts, 'policy' | 'definitions' | 'inputSchemas'>;

export function stillDefined(call: JudgedCall, gate: Parts): Refusal | undefined {
  if (!call.course.hasWaited) return undefined;
  const { approval } = call.course;
  // Used up by now, which is the safe of the two errors.
  if (approval !== undefined && isRedefined(approval, gate)) return redefined(approval);
  const { judgement, entry } = call;
  const policy = gate.policy.current() ?? call.policy;
  return refuseByDefinition(policy, gate.definitions, judgement.targets, undefined, entry.proof.principal).refusal;
}
