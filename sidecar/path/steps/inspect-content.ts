/** What a call sends is looked through for what must not leave, or not as it is; where no rule looks for anything, nothing is. */
import type { Clock } from '../../../core/clock.ts';
import { type Refusal, refuseInWords } from '../../../core/mcp/refusals.ts';
import type { ContentVerdict } from '../../../core/policy/content/content-plan.ts';
import { explainRefusal } from '../../../core/policy/explain.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { strictestOf } from '../../../core/policy/strictest.ts';
import type { JudgingMessage } from '../../call/call.ts';
import { factsOfCall } from '../../call/moment.ts';
import { viewOf } from '../../call/stages.ts';
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
/** A header that repeats an argument (MCP 2026-07-28, Streamable HTTP, Custom Headers from Tool Parameters). */
const REPEATS = 'mcp-param-';

export function inspectContent(call: JudgingMessage, { clock }: Pick<PathParts, 'clock'>): Refusal | undefined {
  const { reading, judgement } = call;
  const { policy } = reading;
  const target = judgement.targets[0];
  if (policy === undefined || target === undefined) return undefined;
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
  if (plan === undefined || content.message.kind !== 'request') return undefined;
  const facts = plan.hasConditions ? factsOfCall(call, policy, clock) : undefined;
  const message = viewOf(content);
  const span = message?.view('params')?.span('arguments');
  if (span !== undefined) return plan.judge(content.body, span, undefined, list?.inspection?.content, facts);
  const params = message?.span('params');
  return params === undefined
    ? undefined
    : plan.judge(content.body, params, NOT_SAID, list?.inspection?.content, facts);
}
