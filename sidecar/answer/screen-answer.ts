/**
 * The last of what is decided about anything that a server says: what it holds. It sees the bytes as they would go out, so that nothing
 * another check has let through, or put there, is missed.
 */
import type { Facts } from '../../core/conditions/frame.ts';
import { parseStrictJson } from '../../core/mcp/json.ts';
import { type Edit, JsonView, splice } from '../../core/mcp/json-view.ts';
import { type Refusal, refuse, refuseInWords } from '../../core/mcp/refusals.ts';
import type { ContentPlan, ContentVerdict } from '../../core/policy/content/content-plan.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { AnswerParts } from './parts.ts';
import type { Call } from '../call/call.ts';
import { factsOfAnswer } from '../call/moment.ts';
import { noteContent } from '../call/note-content.ts';

/** What the gate itself has sealed, and what only the server can read. */
const SEALED: ReadonlySet<string> = new Set(['requestState', 'nextCursor', 'progressToken', 'taskId']);

/** The message as it may go out, or why none of it may. */
export type Screening = { readonly bytes: Buffer; readonly edits: readonly Edit[] } | { readonly refusal: Refusal };

/** Undefined: it may go out as it is. */
export function screenMessage(bytes: Buffer, plan: ContentPlan, call: Call, gate: AnswerParts): Screening | undefined {
  const message = JsonView.of(bytes);
  const member = MEMBERS.find((key) => message?.has(key) === true);
  const span = member === undefined ? undefined : message?.span(member);
  const found = span === undefined ? undefined : plan.judge(bytes, span, SEALED, undefined, factsFor(plan, call, gate));
  if (found === undefined) return undefined;
  noteContent(call, gate, found);
  return screeningOf(bytes, found);
}

function factsFor(plan: ContentPlan, call: Call, gate: AnswerParts): Facts | undefined {
  const policy = plan.hasConditions ? (gate.policy.current() ?? call.policy) : undefined;
  return policy && factsOfAnswer(call, policy, gate.clock);
}

/** A refusal in words that the server may have said. Their place is that of an error. */
export function screenRefusal(refusal: Refusal, plan: ContentPlan, call: Call, gate: AnswerParts): Refusal {
  const { reason, message, data, status } = refusal;
  const screened = screenMessage(Buffer.from(JSON.stringify({ error: { message } })), plan, call, gate);
  if (screened === undefined) return refusal;
  if ('refusal' in screened) return refuse(reason, 'what it said is withheld by policy', data).withStatus(status);
  const words = JsonView.of(screened.bytes)?.view('error')?.string('message');
  return refuseInWords(reason, words ?? '', data).withStatus(status);
}

/** A body that is no message, such as what goes with a challenge: JSON, or a text. Undefined: it may go out as it is; null: none of it may. */
export function screenBody(body: Buffer, plan: ContentPlan, call: Call, gate: AnswerParts): Buffer | null | undefined {
  const isJson = parseStrictJson(body).ok;
  const bytes = isJson ? body : Buffer.from(JSON.stringify(body.toString('utf8')));
  const found = plan.judge(bytes, { start: 0, end: bytes.length }, undefined, undefined, factsFor(plan, call, gate));
  if (found === undefined) return undefined;
  noteContent(call, gate, found);
  if (found.verdict.effect === 'Deny') return null;
  if (found.edits.length === 0) return undefined;
  const shown = splice(bytes, found.edits);
  return isJson ? shown : Buffer.from(JSON.parse(shown.toString('utf8')) as string);
}

const MEMBERS = ['result', 'error', 'params'] as const;

function screeningOf(bytes: Buffer, { verdict, edits }: ContentVerdict): Screening | undefined {
  if (verdict.effect === 'Deny') return { refusal: refusalOf(verdict) };
  return edits.length === 0 ? undefined : { bytes: splice(bytes, edits), edits };
}

function refusalOf({ causes, rules }: Verdict): Refusal {
  const [cause] = causes;
  const by = `Rule: ${rules.join(', ')}.`;
  if (cause?.kind === 'inspection-budget') {
    const words = `Not shown: the answer of the server holds more than can be inspected in the time that one gets. ${by} Ask for less at once.`;
    return refuseInWords('inspection-budget', words, { rules });
  }
  const words =
    `Refused by policy: the call was executed, but the answer of the server is not shown: ${cause?.detail ?? 'it holds what may not pass.'} ` +
    `${by} Do not retry; ask for something that does not hold it.`;
  return refuseInWords('denied', words, { rules });
}
