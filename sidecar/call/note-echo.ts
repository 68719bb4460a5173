/** A key of the gate was where no key belongs: in what a server said, or in what a caller sent. It goes on record, and never says the key. */
import type { ContentVerdict } from '../../core/policy/content/content-plan.ts';
import { NO_OBLIGATIONS } from '../../core/policy/verdict.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Echo } from '../upstream/request.ts';
import type { Call } from './call.ts';
import { noteContent } from './note-content.ts';
import type { RecordParts } from './record.ts';

const DETECTOR = 'credential';

/** In answers to the gate itself nobody asked for a record. */
export function countEcho(metrics: Metrics, _echo: Echo): void {
  metrics.finding(DETECTOR, 'Enforce');
}

export function noteEcho(call: Call, gate: RecordParts, echo: Echo): void {
  const { credential, where, becomes } = echo;
  // Where it comes from, in the words that a rule of a pack would have.
  const rule = `upstream.credentials#${credential}`;
  if (where === 'request') {
    const reason = 'the caller has sent the key of the server';
    call.course.brought = [...call.course.brought, { detector: DETECTOR, pointer: '', reason, rule }];
    countEcho(gate.metrics, echo);
    return;
  }
  const reason = where === 'head' ? 'the key is in a header of the answer' : 'the key is in the answer';
  const finding = { detector: DETECTOR, pointer: '', reason, rule, message: reason, span: undefined, evidence: '' };
  const verdict = {
    effect: becomes,
    causes: [],
    rules: [rule],
    findings: [finding],
    obligations: NO_OBLIGATIONS,
    would: undefined,
  };
  const redacted = becomes === 'Redact' ? new Map([[DETECTOR, 1]]) : new Map<string, number>();
  noteContent(call, gate, { verdict, edits: [], redacted } satisfies ContentVerdict);
}
