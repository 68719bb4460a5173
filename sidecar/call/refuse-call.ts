/** How a call ends that is refused: its client is told, and it goes on record. */
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Gate } from '../gate.ts';
import { answerRefusal } from './answer.ts';
import type { Call, Outcome } from './call.ts';
import { record } from './record.ts';
import type { Reply } from './reply.ts';

export function refuseCall(call: Call, reply: Reply, gate: Gate, refusal: Refusal): void {
  const outcome: Outcome = !reply.open ? 'client-gone' : refusal.reason === 'approval-pending' ? 'pending' : 'refused';
  answerRefusal(call, reply, refusal);
  record(call, gate, outcome, refusal.reason);
}
