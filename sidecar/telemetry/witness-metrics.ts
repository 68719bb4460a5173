/** Whether the audit log of a gate is witnessed. There only where there is an operator. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { WITNESS_FAILURES, type WitnessFailure } from '../operator-client/witness-link.ts';

export class WitnessMetrics {
  readonly #server: string;
  readonly #failures;
  readonly #lastSuccess;

  constructor(registry: Registry, server: string) {
    this.#server = server;
    this.#failures = new Counter({
      name: 'sallyport_audit_witness_failures_total',
      help: 'Checkpoints of the audit log that the operator has not cosigned, by reason.',
      labelNames: ['server', 'reason'],
      registers: [registry],
    });
    this.#lastSuccess = new Gauge({
      name: 'sallyport_audit_witness_last_success_timestamp_seconds',
      help: 'When the operator has cosigned a checkpoint of the audit log last, in seconds since the epoch; 0 before it has.',
      labelNames: ['server'],
      registers: [registry],
    });
    for (const reason of WITNESS_FAILURES) this.#failures.inc({ server, reason }, 0);
    this.#lastSuccess.set({ server }, 0);
  }

  failed(reason: WitnessFailure): void {
    this.#failures.inc({ server: this.#server, reason });
  }

  witnessed(now: number): void {
    this.#lastSuccess.set({ server: this.#server }, now / 1000);
  }
}
