/** The arguments of a call are held against the schema that the server listed for the tool, where a pack asks for it. */
import type { Clock } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import type { JudgingMessage } from '../../call/call.ts';
import type { InputSchemas } from '../../memory/input-schemas.ts';
import { asksForSchema, refuseBySchema } from '../refuse-by-schema.ts';

interface Parts {
  readonly clock: Clock;
  readonly inputSchemas: InputSchemas;
}

export function checkSchema(call: JudgingMessage, gate: Parts): Refusal | undefined {
  const { content, reading, judgement, list, entry } = call;
  const { policy } = reading;
  const [target] = judgement.targets;
  if (policy === undefined || target === undefined || !asksForSchema(policy, target)) return undefined;
  if (content.message.kind !== 'request') return undefined;
  const sent = content.message.params['arguments'];
  const held = { policy, target, sent, before: judgement.verdict, principal: entry.proof.principal };
  const inspection = (): Inspection => list?.inspection ?? new Inspection(gate.clock);
  const { verdict, refusal } = refuseBySchema(held, gate.inputSchemas, inspection);
  judgement.verdict = verdict;
  return refusal;
}
