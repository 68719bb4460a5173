/**
 * What came before decides with: limits, budgets, sequences, taint and risk look at the past, and nothing is written yet. It is written
 * in the moment of sending (dispatch/take-history.ts), where all of it has to hold still.
 */
import { randomBytes } from 'node:crypto';
import { hmacSha256Hex } from '../../../core/digest.ts';
import type { Outcome } from '../../../core/history/ops.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { HistoryEvent } from '../../../core/policy/history/rule.ts';
import { strictestOf } from '../../../core/policy/strictest.ts';
import { NOTHING_TO_DECIDE, type Verdict } from '../../../core/policy/verdict.ts';
import type { JudgingMessage } from '../../call/call.ts';
import { countLimited, limitedRefusal } from '../../call/limited.ts';
import { momentOf } from '../../call/moment.ts';
import { type Content, viewOf } from '../../call/stages.ts';
import { isLater } from '../../memory/history/history.ts';
import { Past } from '../../memory/history/past.ts';
import type { PathParts } from '../parts.ts';
import type { Wait } from '../walk.ts';
import { Looking } from './looking.ts';

type Parts = Pick<PathParts, 'history' | 'clock' | 'metrics' | 'inputSchemas' | 'digestKey' | 'log' | 'risk'>;

export function consultHistory(call: JudgingMessage, gate: Parts): Refusal | Wait | undefined {
  const event = eventOf(call, gate);
  if (event === undefined) return undefined;
  const parts = call.reading.policy?.history?.about(event) ?? [];
  if (parts.length === 0) return undefined;
  gate.risk.note(event);
  const past = new Past(parts, () => forget(event));
  call.course.past = past;
  const outcome = past.apply(gate.history, 'Ask', false);
  return isLater(outcome)
    ? new Looking(outcome, (found) => weigh(call, past, found, gate), gate.log)
    : weigh(call, past, outcome, gate);
}

/** It may be known for as long as its task. */
function forget(event: { -readonly [K in keyof HistoryEvent]: HistoryEvent[K] }): void {
  event.args = undefined;
  event.sent = undefined;
}

function eventOf(call: JudgingMessage, { clock, inputSchemas, digestKey, history }: Parts): HistoryEvent | undefined {
  const { content, reading, judgement, entry, session, traceId } = call;
  const [target] = judgement.targets;
  const { policy } = reading;
  if (target === undefined || policy?.history === undefined) return undefined;
  const { namespace, name } = policy.bundle.server;
  const labels = policy.history.labelsOf(target);
  const shared = history.secret;
  const args = argumentsIn(content);
  const says = target.kind === 'tool' ? inputSchemas.cardOf(target.name)?.shown.claims?.destructive : undefined;
  return {
    principal: entry.proof.principal,
    session: session?.id,
    server: `${namespace}/${name}`,
    target,
    ...labels,
    ...args,
    destructive: says === true || labels.labels.includes('destructive'),
    // The key of the audit log is this gate's alone.
    argumentsHmac:
      shared === undefined || args.sent === undefined ? judgement.argumentsHmac : hmacSha256Hex(shared, args.sent),
    secret: shared ?? digestKey,
    verdict: judgement.verdict,
    now: clock.now(),
    moment: momentOf(call, clock),
    id: `${traceId}-${OWN}.${nextId++}`,
  };
}

/** Of this process: a trace is what callers say it is, and the gates that share a store number their calls alike. */
const OWN = randomBytes(8).toString('hex');
let nextId = 0;

function argumentsIn(content: Content): Pick<HistoryEvent, 'args' | 'sent'> {
  const params = viewOf(content)?.view('params');
  const span = params?.span('arguments');
  if (params === undefined || span === undefined) return NO_ARGUMENTS;
  return { args: params.view('arguments'), sent: content.body.subarray(span.start, span.end) };
}

const NO_ARGUMENTS = { args: undefined, sent: undefined };

function weigh(
  call: JudgingMessage,
  past: Past,
  outcome: Outcome | undefined,
  { clock, metrics }: Parts,
): Refusal | undefined {
  if (outcome === undefined) return refuse('history-unavailable');
  const { judgement, reading, entry } = call;
  const now = clock.now();
  const all = past.judge(outcome, now);
  if (all.length === 0) return undefined;
  countLimited(all, metrics);
  for (const { part, judged } of all) if (!part.shadow && judged.verdict.effect === 'RequireApproval') past.hold(part);
  const verdicts = all.map(({ part, judged }) => (part.shadow ? inShadow(judged.verdict) : judged.verdict));
  const verdict = strictestOf([judgement.verdict ?? NOTHING_TO_DECIDE, ...verdicts]);
  judgement.verdict = verdict;
  if (verdict.effect !== 'Deny') return undefined;
  const told = all.filter(({ part }) => !part.shadow);
  return limitedRefusal(
    call,
    told.map(({ judged }) => judged),
    verdict,
    entry.proof.principal,
    reading.policy,
    now,
  );
}

function inShadow({ effect, rules, findings }: Verdict): Verdict {
  return { ...NOTHING_TO_DECIDE, would: { effect, rules, findings } };
}
