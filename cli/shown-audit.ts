/** The audit log of a local gate: each decision that it records is shown to the person at the terminal as well. */
import type { GateNote, LostKind } from '../core/audit/gate-record.ts';
import type { DecisionInput, IntentInput } from '../core/audit/record.ts';
import type { AuditSink } from '../sidecar/audit/sink.ts';

export class ShownAudit implements AuditSink {
  readonly #log: AuditSink;
  readonly #show: (input: DecisionInput) => void;

  constructor(log: AuditSink, show: (input: DecisionInput) => void) {
    this.#log = log;
    this.#show = show;
  }

  get state(): AuditSink['state'] {
    return this.#log.state;
  }

  get queuedBytes(): number | undefined {
    return this.#log.queuedBytes;
  }

  append(input: DecisionInput): void {
    this.#log.append(input);
    this.#show(input);
  }

  intend(input: IntentInput, durable?: (error?: Error) => void): number | undefined {
    return this.#log.intend(input, durable);
  }

  refuseUnknown(input: DecisionInput, source: string): boolean {
    const isWhole = this.#log.refuseUnknown(input, source);
    if (isWhole) this.#show(input);
    return isWhole;
  }

  note(note: GateNote): void {
    this.#log.note(note);
  }

  lose(what: LostKind): void {
    this.#log.lose(what);
  }
}
