/**
 * The kill switch: what is halted gets no further, whatever it is. Behind the catalogue, so that what was tried is on record by its name;
 * tools that are halted by name are denied by the rules, which know every way to spell them.
 */
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { haltedSentence } from '../../../core/policy/rules/halt.ts';
import { NOTHING_TO_DECIDE } from '../../../core/policy/verdict.ts';
import type { JudgingCall } from '../../call/call.ts';
import { haltedRefusal } from '../../call/halted.ts';

export function checkHalt({ principal, policy, request, judgement }: JudgingCall): Refusal | undefined {
  const halt = policy?.halts?.ofAll(principal);
  // To end a session makes nothing happen, and lets go of what it holds.
  if (halt === undefined || request.httpMethod === 'DELETE') return undefined;
  const cause = { kind: 'rule', detail: haltedSentence(halt.said), target: undefined } as const;
  judgement.verdict = { ...NOTHING_TO_DECIDE, effect: 'Deny', rules: [halt.id], causes: [cause] };
  return haltedRefusal(halt);
}
