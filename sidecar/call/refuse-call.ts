/** How a call ends that is refused: its client is told, and it goes on record. */
import { sayRefusal, sideOf } from '../../core/mcp/refusal-advice.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import { answerRefusal } from './refusal-reply.ts';
import type { Outcome } from '../telemetry/outcome.ts';
import type { Call } from './call.ts';
import type { RecordParts } from './record.ts';
import type { Reply } from './reply.ts';
import { settle } from './settle.ts';

export function refuseCall(call: Call, reply: Reply, gate: RecordParts, refusal: Refusal): void {
  const outcome: Outcome = !reply.open ? 'client-gone' : refusal.reason === 'approval-pending' ? 'pending' : 'refused';
  answerRefusal(call, reply, refusal);
  noteDetail(call, refusal);
  settle(call, gate, outcome, refusal.reason);
}

/** For record and terminal. What policy says may quote the arguments, which are not put on record; its rules are. */
export function noteDetail(call: Call, refusal: Refusal): void {
  if (sideOf(refusal.reason) !== 'policy') call.course.detail = sayRefusal(refusal);
}
