/** What a caller hears whom something that came before stands in the way. */
import { limitFields, tellLimits } from '../../core/mcp/limited.ts';
import { type Refusal, refuseInWords } from '../../core/mcp/refusals.ts';
import { explainRefusal } from '../../core/policy/explain.ts';
import type { Judged, Limited, Part } from '../../core/policy/history/rule.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Headers } from '../upstream/http/headers.ts';
import type { Call } from './call.ts';

/** `told`: what stands against it, all of it in force. `now`: milliseconds since the epoch. */
export function limitedRefusal(
  call: Call,
  told: readonly Judged[],
  verdict: Verdict,
  principal: Principal,
  policy: Policy | undefined,
  now: number,
): Refusal {
  const [target] = call.judgement?.targets ?? [];
  if (target === undefined) throw new Error('there is nothing that could be limited');
  const words = explainRefusal(verdict, target, principal);
  const data = { rules: verdict.rules, revision: policy?.revision };
  const denying = told.filter(({ verdict: { effect } }) => effect === 'Deny');
  const limits = denying.flatMap(({ limited }) => (limited !== undefined && passesLater(limited) ? [limited] : []));
  // Where something stands in the way that no wait takes away, a client that waits would wait in vain.
  return limits.length === 0 || limits.length < denying.length
    ? refuseInWords('denied', words, data)
    : refuseInWords('limited', words, data).limitedBy(tellLimits(limits, now));
}

/** What is counted in shadow is what would have been refused. */
export function countLimited(
  all: readonly { readonly part: Part; readonly judged: Judged }[],
  metrics: Pick<Metrics, 'history'>,
): void {
  for (const { part, judged } of all)
    if (judged.limited !== undefined) metrics.history.limited(part.rule, part.shadow ? 'Shadow' : 'Enforce');
}

/** Headers of an answer, with what is left of the limits that the call counts in. The server may have limits of its own. */
export function withLimits(headers: Headers, { course }: Call): Headers {
  const left = course.past?.left() ?? [];
  if (left.length === 0) return headers;
  const own = limitFields(left);
  return {
    ...headers,
    ratelimit: joined(own.ratelimit, headers['ratelimit']),
    'ratelimit-policy': joined(own['ratelimit-policy'], headers['ratelimit-policy']),
  };
}

/** A list goes on in a field of the same name (RFC 9651 §4.2). */
function joined(own: string, said: string | string[] | undefined): string {
  return said === undefined ? own : [own, ...[said].flat()].join(', ');
}

function passesLater({ retryMs }: Limited): boolean {
  return retryMs !== undefined;
}
