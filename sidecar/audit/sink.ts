/** What puts decisions on record. */
import type { GateNote, LostKind } from '../../core/audit/gate-record.ts';
import type { DecisionInput, IntentInput } from '../../core/audit/record.ts';

export interface AuditSink {
  /** `ok` while every decision made is also recorded. */
  readonly state: 'ok' | 'behind' | 'failed';
  /** Bytes of records that are not in the file yet, where somebody counts them. */
  readonly queuedBytes?: number | undefined;
  append(input: DecisionInput): void;
  /** A call is, or is about to be, with the server; returns what the record of its end names, if there was room for it. See AuditLog. */
  intend(input: IntentInput, durable?: (error?: Error) => void): number | undefined;
  /** A refusal of somebody who is not known; true when it was recorded whole instead of counted. */
  refuseUnknown(input: DecisionInput, source: string): boolean;
  /** What happened besides calls: a policy, whose tokens count, a definition, a question to a person. */
  note(note: GateNote): void;
  /** Something that has no line because nothing can be recorded now: that it is missing goes on record. */
  lose(what: LostKind): void;
}
