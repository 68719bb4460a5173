/** What a gate counts of its way to the archive. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ShipFailure } from './sender.ts';

/** `let-go`: a file was deleted for want of room before the archive had it. */
type FailureReason = ShipFailure | 'let-go';
const REASONS: readonly FailureReason[] = ['unreachable', 'slow', 'busy', 'unproven', 'refused', 'lying', 'let-go'];

export class ShipMetrics {
  readonly #server: string;
  readonly #pending;
  readonly #acknowledged;
  readonly #failures;

  constructor(registry: Registry, server: string) {
    const of = { labelNames: ['server'], registers: [registry] };
    this.#server = server;
    this.#pending = new Gauge({
      name: 'sallyport_audit_archive_pending_bytes',
      help: 'Bytes of audit files that the archive has not confirmed yet.',
      ...of,
    });
    this.#acknowledged = new Counter({
      name: 'sallyport_audit_archive_acknowledged_records_total',
      help: 'Audit records that the archive has confirmed.',
      ...of,
    });
    this.#failures = new Counter({
      name: 'sallyport_audit_archive_failures_total',
      help: 'What kept audit records from the archive, by reason; let-go: a file was deleted for want of room before it was sent.',
      labelNames: ['server', 'reason'],
      registers: [registry],
    });
    this.#pending.set({ server }, 0);
    this.#acknowledged.inc({ server }, 0);
    for (const reason of REASONS) this.#failures.inc({ server, reason }, 0);
  }

  pending(bytes: number): void {
    this.#pending.set({ server: this.#server }, bytes);
  }

  acknowledged(records: number): void {
    this.#acknowledged.inc({ server: this.#server }, records);
  }

  failed(reason: FailureReason): void {
    this.#failures.inc({ server: this.#server, reason });
  }
}
