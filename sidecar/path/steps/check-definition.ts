/** What the server says of what the call names adds to the verdict on it. */
import type { Refusal } from '../../../core/mcp/refusals.ts';
import type { JudgingMessage } from '../../call/call.ts';
import type { DefinitionTable } from '../../memory/definitions.ts';
import { refuseByDefinition } from '../refuse-by-definition.ts';

interface Parts {
  readonly definitions: DefinitionTable;
}

export function checkDefinition(call: JudgingMessage, { definitions }: Parts): Refusal | undefined {
  const { judgement, reading, entry } = call;
  const { targets, verdict: before } = judgement;
  const { verdict, refusal } = refuseByDefinition(reading.policy, definitions, targets, before, entry.proof.principal);
  judgement.verdict = verdict;
  return refusal;
}
