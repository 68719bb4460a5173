/** What a call tells a traffic log, where one is written: at its decision, when its answer comes, and at its end. */
import type { Effect } from '../../core/policy/effect.ts';
import type { Clock } from '../../core/clock.ts';
import { isoTime } from '../../core/audit/times.ts';
import type { JsonView } from '../../core/mcp/json-view.ts';
import type { TrafficPrincipal } from '../../core/traffic/line.ts';
import { masked } from '../../core/traffic/found-in.ts';
import type { AnswerTerms } from '../memory/answer-terms.ts';
import type { TrafficTap } from '../traffic/tap.ts';
import type { Outcome } from '../telemetry/outcome.ts';
import type { Call } from './call.ts';

export interface TrafficParts {
  /** Absent: nothing is recorded. */
  readonly traffic?: TrafficTap | undefined;
  readonly clock: Clock;
}

/** The call is over. */
export function tellTraffic(call: Call, { traffic, clock }: TrafficParts, outcome: Outcome, reason: string): void {
  const { judgement, course, session, principal } = call;
  const [target] = judgement?.targets ?? [];
  const noted = course.traffic;
  if (noted === undefined || target === undefined || traffic === undefined) return;
  const effect: Effect | null = judgement?.verdict?.effect ?? null;
  const said = course.said?.verdict;
  traffic.ended({
    noted,
    time: isoTime(clock.now()),
    principal: principal === undefined ? null : told(principal),
    session: session?.id,
    protocol: call.answeredIn?.version,
    method: call.methodName ?? '',
    kind: target.kind,
    // A URI may carry a key.
    name: masked(target.name.slice(0, 2_048).toWellFormed()),
    effect,
    rules: judgement?.verdict?.rules ?? [],
    outcome,
    reason,
    answer: said === undefined ? undefined : { effect: said.effect, rules: said.rules },
    bytes: { request: course.requestBytes, answer: course.answerBytes },
  });
}

function told({ kind, name, groups, issuer, scopes }: TrafficPrincipal): TrafficPrincipal {
  return { kind, name, groups, issuer, scopes };
}

/** What the server says, before anything of it is taken out. */
export function tellOfAnswer(
  terms: AnswerTerms | undefined,
  {
    result,
    error,
    bytes,
  }: { readonly result: JsonView | undefined; readonly error: JsonView | undefined; readonly bytes: number },
  { traffic }: Pick<TrafficParts, 'traffic'>,
): void {
  if (traffic?.isOn !== true || terms === undefined) return;
  if (terms.method === 'tools/list') traffic.listed(result?.value('tools'));
  if (terms.traffic === undefined) return;
  traffic.answered(terms.traffic, {
    result: () => result && Object.fromEntries(result.keys.map((key) => [key, result.value(key)])),
    error: () => error?.value('code'),
    failed: error !== undefined,
    bytes,
  });
}
