/** What was found in what a server said, for the record: with the call while that is open, else by itself. */
import type { ContentVerdict } from '../../core/policy/content/content-plan.ts';
import { strictestOf } from '../../core/policy/strictest.ts';
import type { Call } from './call.ts';
import { type RecordParts, countFindings, recordContent } from './record.ts';

export function noteContent(call: Call, gate: RecordParts, found: ContentVerdict): void {
  const { course } = call;
  if (course.isSettled) {
    countFindings(found.verdict, gate.metrics);
    recordContent(call, gate, found);
    return;
  }
  const before = course.said;
  course.said = before === undefined ? found : added(before, found);
}

function added(a: ContentVerdict, b: ContentVerdict): ContentVerdict {
  const redacted = new Map(a.redacted);
  for (const [kind, count] of b.redacted) redacted.set(kind, (redacted.get(kind) ?? 0) + count);
  return { verdict: strictestOf([a.verdict, b.verdict]), edits: [], redacted };
}
