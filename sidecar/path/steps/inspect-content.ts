/** What a call sends is looked through for what must not leave, or not as it is; where no rule looks for anything, nothing is. */
import type { Clock } from '../../../core/clock.ts';
import { type Refusal, refuseInWords } from '../../../core/mcp/refusals.ts';
import type { ContentVerdict } from '../../../core/policy/content/content-plan.ts';
import { explainRefusal } from '../../../core/policy/explain.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { strictestOf } from '../../../core/policy/strictest.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import type { JsonView, Span } from '../../../core/mcp/json-view.ts';
import type { JudgingMessage } from '../../call/call.ts';
import { factsOfCall } from '../../call/moment.ts';
import { viewOf } from '../../call/stages.ts';
import { inspectSaid } from './inspect-said.ts';
import type { PathParts } from '../parts.ts';

/** Of params without arguments: what is the protocol's and may have been edited already, or the name of what is decided on. */
const NOT_SAID: ReadonlySet<string> = new Set([
  '_meta',
  'name',
  'uri',
  'cursor',
  'taskId',
  'requestState',
  'inputResponses',
]);
/** Of `_meta`: what the protocol and tracing have there; the rest, baggage (W3C) too, is said by whoever likes. */
const OF_THE_PROTOCOL = /^(?:io\.modelcontextprotocol\/|(?:progressToken|traceparent|tracestate)$)/;
/** A header that repeats an argument (MCP 2026-07-28, Streamable HTTP, Custom Headers from Tool Parameters). */
const REPEATS = 'mcp-param-';

export function inspectContent(call: JudgingMessage, { clock }: Pick<PathParts, 'clock'>): Refusal | undefined {
  const { reading, judgement } = call;
  const { policy } = reading;
  const target = judgement.targets[0];
  if (policy === undefined) return undefined;
  // What is no call: an answer to the server, a notification.
  if (target === undefined) return inspectSaid(call, policy, clock);
  const found = look(call, policy, target.kind === 'tool' ? target.name : undefined, clock);
  if (found === undefined) return undefined;
  const verdict = strictestOf([...(judgement.verdict === undefined ? [] : [judgement.verdict]), found.verdict]);
  judgement.verdict = verdict;
  if (found.edits.length > 0) {
    judgement.edits = [...judgement.edits, ...found.edits].toSorted((a, b) => a.span.start - b.span.start);
    judgement.redacted = found.redacted;
  }
  const isRepeated =
    found.edits.length > 0 && Object.keys(call.request.headers).some((name) => name.startsWith(REPEATS));
  if (verdict.effect !== 'Deny' && !isRepeated) return undefined;
  const data = { rules: verdict.rules, revision: policy.revision };
  if (isRepeated && verdict.effect !== 'Deny') {
    judgement.verdict = { ...verdict, effect: 'Deny' };
    return refuseInWords('denied', REPEATED, data);
  }
  const reason = verdict.causes[0]?.kind === 'inspection-budget' ? 'inspection-budget' : 'denied';
  return refuseInWords(reason, explainRefusal(verdict, target, call.entry.proof.principal), data);
}

const REPEATED =
  'Refused by policy: what has to be taken out of an argument is repeated in a header of the call. Call again without it.';

function look(
  call: JudgingMessage,
  policy: Policy,
  tool: string | undefined,
  clock: Clock,
): ContentVerdict | undefined {
  const { content, list } = call;
  const plan = policy.content('arguments').of(tool);
  const params = plan === undefined || content.message.kind !== 'request' ? undefined : viewOf(content)?.view('params');
  if (plan === undefined || params === undefined) return undefined;
  const facts = plan.hasConditions ? factsOfCall(call, policy, clock) : undefined;
  // All that one message says is looked at within one budget.
  const work = list?.inspection?.content ?? new Inspection(clock).content;
  let found: ContentVerdict | undefined;
  for (const { span, skip } of partsOf(params, viewOf(content)?.span('params'))) {
    const one = plan.judge(content.body, span, skip, work, facts);
    if (one !== undefined) found = found === undefined ? one : joined(found, one);
  }
  return found;
}

interface Part {
  readonly span: Span;
  readonly skip?: ReadonlySet<string>;
}

/** The arguments, or what a call has instead; what its client answers to what the server has asked for; what it says beside. */
function partsOf(params: JsonView, whole: Span | undefined): readonly Part[] {
  const parts: Part[] = [];
  const args = params.span('arguments');
  if (args !== undefined) parts.push({ span: args });
  else if (whole !== undefined) parts.push({ span: whole, skip: NOT_SAID });
  const answers = params.span('inputResponses');
  if (answers !== undefined) parts.push({ span: answers });
  const [meta, beside] = [params.span('_meta'), params.view('_meta')];
  if (meta !== undefined && beside?.keys.every((key) => OF_THE_PROTOCOL.test(key)) === false)
    parts.push({ span: meta, skip: new Set(beside.keys.filter((key) => OF_THE_PROTOCOL.test(key))) });
  return parts;
}

function joined(a: ContentVerdict, b: ContentVerdict): ContentVerdict {
  const redacted = new Map(a.redacted);
  for (const [kind, count] of b.redacted) redacted.set(kind, (redacted.get(kind) ?? 0) + count);
  return { verdict: strictestOf([a.verdict, b.verdict]), edits: [...a.edits, ...b.edits], redacted };
}
