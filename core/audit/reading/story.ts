/** What happened, one call after the other, as a person tells it. Sentences only; whoever prints them makes strange characters visible. */
import type { Effect } from '../../api/effects.ts';
import { changeText } from './changes.ts';
import { type AuditRecord, type Decided, type FoundThere, isJson, rulesOf, textIn, textsIn } from './read-record.ts';

export interface Chapter {
  readonly record: AuditRecord;
  /** The call and how it ended, in one line. */
  readonly title: string;
  /** Why, and what else was seen. */
  readonly notes: readonly string[];
}

export function chapterOf(record: AuditRecord): Chapter {
  const { call, answer, approval, detail, event } = record;
  const notes: string[] = [];
  if (event === 'intent')
    notes.push('was with the server, or about to be, when this was written; its end is another record');
  if (event === 'approval') notes.push(...questionNotes(record));
  else if (approval !== undefined) notes.push(approvalText(approval));
  if (call !== undefined) notes.push(...sideNotes(call, 'arguments'));
  if (answer !== undefined) notes.push(...sideNotes(answer, 'answer'));
  if (detail !== '') notes.push(detail);
  return { record, title: titleOf(record), notes };
}

function titleOf(record: AuditRecord): string {
  const { method, target, principal, outcome, reason, heldMs, event } = record;
  if (event === 'approval') return questionText(record);
  if (event !== 'decision' && event !== 'intent') return changeText(record) ?? EVENTS.get(event) ?? event;
  const who = principal?.name ?? 'somebody who is not known';
  const what = target === method ? method : `${method} ${target}`;
  const held = heldMs === undefined ? '' : `, after ${span(heldMs)} of waiting for a person`;
  if (event === 'intent') return `${who}: ${what} began`;
  return `${who}: ${what} ${outcomeText(outcome, whyText(reason, rulesOf(record)))}${held}`;
}

/** What `changeText` has no words for, since it is no news elsewhere. */
const EVENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    continue: 'a new file was begun',
    checkpoint: 'what was written so far was signed',
  }),
);

/** A person was asked, or has answered. */
function questionText({ approval, principal, method, target }: AuditRecord): string {
  const who = principal?.name ?? 'somebody who is not known';
  const call = `${method === target ? method : `${method} ${target}`} of ${who}`;
  const by = approval === undefined || approval.by === '' ? '' : ` by ${approval.by}`;
  switch (approval?.state) {
    case 'Pending':
      return `a person was asked whether to let through ${call}`;
    case 'Approved':
      return `${call} was approved${by}`;
    case 'Denied':
      return `${call} was denied${by}`;
    case 'Expired':
      return `nobody decided in time on ${call}`;
    default:
      return `the question about ${call} is over (${approval?.state ?? 'unknown'})`;
  }
}

function questionNotes({ body, approval }: AuditRecord): string[] {
  const question = isJson(body['approval']) ? body['approval'] : {};
  const rules = textsIn(question['rules']);
  return [
    `approval ${approval?.name ?? ''}, which expires at ${textIn(question['expires'])}`,
    ...(rules.length === 0 ? [] : [`required by ${rules.join(', ')}`]),
    ...(approval === undefined || approval.reason === '' ? [] : [`in their words: "${approval.reason}"`]),
  ];
}

/** `denied` alone says nothing to whoever does not know the words of the log. */
export function whyText(reason: string, rules: readonly string[]): string {
  if (reason === 'denied') return rules.length === 0 ? 'no rule allows it' : 'a rule denies it';
  return reason === 'approval-denied' ? 'a person denied it' : reason;
}

function outcomeText(outcome: string, reason: string): string {
  switch (outcome) {
    case 'refused':
      return `was refused (${reason})`;
    case 'pending':
      return 'was held; the client was told to call again';
    case 'client-gone':
      return 'ended because the client left';
    case 'upstream-error':
      return `failed at the server (${reason})`;
    case 'interrupted':
      return 'was cut off: the gate ended, and the server may have executed it';
    default:
      return `was ${outcome}`;
  }
}

function approvalText({ name, state, by, reason, grant }: NonNullable<AuditRecord['approval']>): string {
  if (grant !== undefined) return `${grantText(state, grant)} (${name}, made by ${by})`;
  const who = by === '' ? '' : ` by ${by}`;
  const said = reason === '' ? '' : `: "${reason}"`;
  return `${STATES.get(state)?.(who) ?? `${state}${who}`}${said} (approval ${name})`;
}

function grantText(state: string, { use, uses }: { readonly use: number; readonly uses: number }): string {
  return state === 'Consumed'
    ? `let through by a standing grant, as use ${use} of ${uses}`
    : 'a standing grant was found for it, and not used';
}

const STATES: ReadonlyMap<string, (who: string) => string> = new Map(
  Object.entries({
    Pending: () => 'waits for a person to decide',
    Approved: (who) => `approved${who}, and not used`,
    Consumed: (who) => `approved${who}, and used up by this call`,
    Denied: (who) => `denied${who}`,
    Expired: () => 'nobody decided in time',
    Withdrawn: () => 'the question was taken back',
  }),
);

function sideNotes(side: Decided, of: 'arguments' | 'answer'): string[] {
  const notes: string[] = [];
  const by = side.rules.length === 0 ? '' : ` by ${side.rules.join(', ')}`;
  if (side.effect !== 'Allow' || side.rules.length > 0)
    notes.push(`${of === 'answer' ? of : 'call'}: ${EFFECTS[side.effect]}${by}`);
  notes.push(...side.findings.map((found) => `found in the ${of}: ${foundText(found)}`));
  const redacted = Object.entries(side.redacted).map(([kind, times]) => `${kind} (${times})`);
  if (redacted.length > 0) notes.push(`replaced by placeholders in the ${of}: ${redacted.join(', ')}`);
  if (side.wouldEffect !== undefined)
    notes.push(
      `${of === 'answer' ? of : 'call'}: rules in shadow, which only record, would have ${WOULD[side.wouldEffect]}: ${side.wouldRules.join(', ')}`,
    );
  notes.push(...side.wouldFindings.map((found) => `found in the ${of}, by rules in shadow: ${foundText(found)}`));
  return notes;
}

const EFFECTS: Readonly<Record<Effect, string>> = {
  Allow: 'allowed',
  Log: 'allowed, and noted',
  Redact: 'allowed, with parts replaced,',
  RequireApproval: 'needs the approval of a person, as required',
  Deny: 'refused',
};

const WOULD: Readonly<Record<Effect, string>> = {
  Allow: 'allowed it',
  Log: 'noted it',
  Redact: 'replaced parts of it',
  RequireApproval: 'had a person asked',
  Deny: 'refused it',
};

function foundText({ detector, reason, pointer, rule }: FoundThere): string {
  return `${detector} ${reason}${pointer === '' ? '' : ` at ${pointer}`}${rule === '' ? '' : ` (${rule})`}`;
}

export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}
