/** What puts decisions on record. */
import type { DecisionInput, IntentInput } from '../../core/audit/record.ts';

export interface AuditSink {
  /** `ok` while every decision made is also recorded. */
  readonly state: 'ok' | 'behind' | 'failed';
  /** Bytes of records that are not in the file yet, where somebody counts them. */
  readonly queuedBytes?: number | undefined;
  append(input: DecisionInput): void;
  /** A call is, or is about to be, with the server; returns what the record of its end names. See AuditLog. */
  intend(input: IntentInput, durable?: (error?: Error) => void): number;
  /** A refusal of somebody who is not known; true when it was recorded whole instead of counted. */
  refuseUnknown(input: DecisionInput, source: string): boolean;
}
