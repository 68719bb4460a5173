/** What happened, one call after the other, as a person tells it. Sentences only; whoever prints them makes strange characters visible. */
import { type AuditRecord, type Decided, type FoundThere } from './read-record.ts';

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
  if (approval !== undefined) notes.push(approvalText(approval));
  if (call !== undefined) notes.push(...sideNotes(call, 'arguments'));
  if (answer !== undefined) notes.push(...sideNotes(answer, 'answer'));
  if (detail !== '') notes.push(detail);
  return { record, title: titleOf(record), notes };
}

function titleOf(record: AuditRecord): string {
  const { method, target, principal, outcome, reason, heldMs, event } = record;
  if (event !== 'decision' && event !== 'intent') return EVENTS[event] ?? event;
  const who = principal?.name ?? 'somebody who is not known';
  const what = target === method ? method : `${method} ${target}`;
  const held = heldMs === undefined ? '' : `, after ${span(heldMs)} of waiting for a person`;
  if (event === 'intent') return `${who}: ${what} began`;
  return `${who}: ${what} ${outcomeText(outcome, reason)}${held}`;
}

const EVENTS: Readonly<Record<string, string>> = {
  open: 'the gate began to write',
  close: 'the gate stopped',
  continue: 'a new file was begun',
  checkpoint: 'what was written so far was signed',
  release: 'the oldest file was let go',
  refusals: 'refusals of callers that nobody knows were counted',
};

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

function approvalText({ name, state, by, reason }: NonNullable<AuditRecord['approval']>): string {
  const who = by === '' ? '' : `, decided by ${by}`;
  return `approval ${name}: ${state}${who}${reason === '' ? '' : ` ("${reason}")`}`;
}

function sideNotes(side: Decided, of: 'arguments' | 'answer'): string[] {
  const notes: string[] = [];
  if (side.effect !== 'Allow' || side.rules.length > 0)
    notes.push(`${of}: ${side.effect}${side.rules.length === 0 ? '' : ` by ${side.rules.join(', ')}`}`);
  notes.push(...side.findings.map((found) => `found in the ${of}: ${foundText(found)}`));
  const redacted = Object.entries(side.redacted).map(([kind, times]) => `${kind} (${times})`);
  if (redacted.length > 0) notes.push(`redacted in the ${of}: ${redacted.join(', ')}`);
  if (side.wouldEffect !== undefined)
    notes.push(`${of}: in shadow, ${side.wouldEffect} by ${side.wouldRules.join(', ')}`);
  notes.push(...side.wouldFindings.map((found) => `found in the ${of}, in shadow: ${foundText(found)}`));
  return notes;
}

function foundText({ detector, reason, pointer, rule }: FoundThere): string {
  return `${detector} ${reason}${pointer === '' ? '' : ` at ${pointer}`}${rule === '' ? '' : ` (${rule})`}`;
}

export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}
