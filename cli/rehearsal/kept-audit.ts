/** An audit log that keeps what it is given, as it is given: nothing is written. */
import type { DecisionInput, IntentInput } from '../../core/audit/record.ts';
import type { AuditSink } from '../../sidecar/audit/sink.ts';

export class KeptAudit implements AuditSink {
  readonly state = 'ok';
  readonly lines: DecisionInput[] = [];

  append(input: DecisionInput): void {
    this.lines.push(input);
  }

  intend(_input: IntentInput, durable?: (error?: Error) => void): number {
    // Never at once, as of a disk.
    if (durable !== undefined) setImmediate(durable);
    return 0;
  }

  refuseUnknown(input: DecisionInput): boolean {
    this.lines.push(input);
    return true;
  }

  note(): void {}

  lose(): void {}
}
