/** The arguments of a call are held against the schema that the server listed for the tool, where a pack asks for it. */
import type { Clock } from '../../../core/clock.ts';
import { isObject } from '../../../core/mcp/message.ts';
import { type Refusal, refuseInWords } from '../../../core/mcp/refusals.ts';
import { heldAgainst } from '../../../core/policy/by-schema.ts';
import { explainRefusal } from '../../../core/policy/explain.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import type { JudgingMessage } from '../../call/call.ts';
import type { InputSchemas } from '../../memory/input-schemas.ts';

interface Parts {
  readonly clock: Clock;
  readonly inputSchemas: InputSchemas;
}

export function checkSchema(call: JudgingMessage, gate: Parts): Refusal | undefined {
  const { content, reading, judgement, list, entry } = call;
  const { policy } = reading;
  const [target] = judgement.targets;
  if (policy === undefined || policy.inputSchemas.length === 0 || target?.kind !== 'tool') return undefined;
  const schema = gate.inputSchemas.of(target.name);
  if (schema === undefined || content.message.kind !== 'request') return undefined;
  const sent = content.message.params['arguments'];
  const inspection = list?.inspection ?? new Inspection(gate.clock);
  const args = isObject(sent) ? sent : {};
  const verdict = heldAgainst(schema, args, policy.inputSchemas, judgement.verdict, inspection);
  judgement.verdict = verdict;
  if (verdict?.effect !== 'Deny') return undefined;
  const words = explainRefusal(verdict, target, entry.proof.principal);
  const reason = verdict.causes[0]?.kind === 'inspection-budget' ? 'inspection-budget' : 'denied';
  return refuseInWords(reason, words, { rules: verdict.rules, revision: policy.revision });
}
