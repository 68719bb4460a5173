/**
 * What a client says that is no call: its answers to what the server has asked (sampling, elicitation, roots), and notifications. What a
 * person, or a model, types there leaves for the server as arguments do; which tool it is about, nobody knows.
 */
import type { Clock } from '../../../core/clock.ts';
import { type Refusal, refuseInWords } from '../../../core/mcp/refusals.ts';
import type { ContentVerdict } from '../../../core/policy/content/content-plan.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { JudgingMessage } from '../../call/call.ts';
import { factsOfCall } from '../../call/moment.ts';
import { viewOf } from '../../call/stages.ts';

const MEMBERS = ['result', 'error', 'params'] as const;
/** By which the server knows what it is about. */
const OF_THE_PROTOCOL: ReadonlySet<string> = new Set(['requestId', 'progressToken', 'taskId', '_meta']);

export function inspectSaid(call: JudgingMessage, policy: Policy, clock: Clock): Refusal | undefined {
  const { content, judgement } = call;
  const { message } = content;
  const found = message.kind === 'request' ? undefined : look(call, policy, clock);
  if (found === undefined) return undefined;
  const { verdict, edits, redacted } = found;
  // Nobody can be asked about it while a server waits.
  const isWithheld = verdict.effect === 'Deny' || verdict.effect === 'RequireApproval';
  judgement.verdict = isWithheld ? { ...verdict, effect: 'Deny' } : verdict;
  if (!isWithheld) {
    judgement.edits = edits;
    if (edits.length > 0) judgement.redacted = redacted;
    return undefined;
  }
  const words = `Refused by policy: ${verdict.causes[0]?.detail ?? 'it holds what may not leave'} Rule: ${verdict.rules.join(', ')}.`;
  const refusal = refuseInWords('denied', words, { rules: verdict.rules, revision: policy.revision });
  if (message.kind !== 'response') return refusal;
  // The server waits for an answer, and gets one.
  const { code } = refusal;
  const error = { code, message: 'The client\u2019s answer is withheld by policy.' };
  const text = JSON.stringify({ jsonrpc: '2.0', id: message.id, error });
  judgement.edits = [{ span: { start: 0, end: content.body.length }, text }];
  return undefined;
}

function look(call: JudgingMessage, policy: Policy, clock: Clock): ContentVerdict | undefined {
  const plan = policy.content('arguments').ofAny();
  if (plan === undefined) return undefined;
  const message = viewOf(call.content);
  const member = MEMBERS.find((key) => message?.has(key) === true);
  const span = member === undefined ? undefined : message?.span(member);
  if (span === undefined) return undefined;
  const facts = plan.hasConditions ? factsOfCall(call, policy, clock) : undefined;
  const work = call.list?.inspection?.content ?? new Inspection(clock).content;
  return plan.judge(call.content.body, span, OF_THE_PROTOCOL, work, facts);
}
