/** What a caller hears whom something that came before stands in the way. */
import { type Refusal, refuseInWords } from '../../core/mcp/refusals.ts';
import { explainRefusal } from '../../core/policy/explain.ts';
import type { Judged } from '../../core/policy/history/rule.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Call } from './call.ts';

export function limitedRefusal(
  call: Call,
  _told: readonly Judged[],
  verdict: Verdict,
  principal: Principal,
  policy: Policy | undefined,
): Refusal {
  const [target] = call.judgement?.targets ?? [];
  if (target === undefined) throw new Error('there is nothing that could be limited');
  return refuseInWords('denied', explainRefusal(verdict, target, principal), {
    rules: verdict.rules,
    revision: policy?.revision,
  });
}
