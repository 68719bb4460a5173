/** An earlier call in the note of a mark, and in the words of a reason: which, when, and how it is found in the audit log. */
import type { MarkSeen } from '../../../history/kinds/mark.ts';
import { timeOf } from '../../../mcp/limited.ts';
import { describeTarget } from '../../explain.ts';
import type { HistoryEvent } from '../rule.ts';
import { spanWords } from '../wait-words.ts';

const MAX_NOTE = 300;
const KINDS = ['tool', 'resource', 'prompt', 'method'] as const;

/** The name comes last, since it may hold anything. */
export function noteOf({ target: { kind, name }, id, server }: HistoryEvent): string {
  return `${kind}\n${traceOf(id)}\n${server}\n${name}`.slice(0, MAX_NOTE);
}

/** `tool "read_file" was called 2 minutes ago (2026-11-30T12:00:00Z, trace …)`. Undefined for a note that nobody here has written. */
export function earlierWords({ last }: MarkSeen, now: number, server: string): string | undefined {
  if (last === undefined) return undefined;
  const [kind = '', trace = '', where = '', ...name] = last.note.split('\n');
  const known = KINDS.find((one) => one === kind);
  if (known === undefined) return undefined;
  const what = describeTarget({ kind: known, name: name.join('\n'), args: undefined });
  const elsewhere = where === server ? '' : ` of ${where}`;
  const ago = last.agoMs < 1000 ? 'just now' : `${spanWords(last.agoMs)} ago`;
  return `${what}${elsewhere} was called ${ago} (${timeOf(now - last.agoMs)}, trace ${trace})`;
}

/** Ids of calls are those of their traces, and a number. */
function traceOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf('-')));
}
