/** What becomes of the checkpoints that gates show, and what that costs the API server. Every series exists from the start, at 0. */
import { Counter, type Registry } from 'prom-client';

/** `full`: there is no room for another stream. `failed`: it could not be kept, so it was not cosigned. */
export const OUTCOMES = ['cosigned', 'conflict', 'fork', 'refused', 'full', 'failed'] as const;
export type WitnessOutcome = (typeof OUTCOMES)[number];

export class WitnessMetrics {
  readonly #checkpoints;
  readonly #writes;

  constructor(registry: Registry) {
    this.#checkpoints = new Counter({
      name: 'sallyport_operator_witness_checkpoints_total',
      help: 'Checkpoints of audit logs that gates have shown, by what became of them.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.#writes = new Counter({
      name: 'sallyport_operator_witness_writes_total',
      help: 'Writes to the API server to keep what was cosigned; those that another replica was faster than count too.',
      registers: [registry],
    });
    for (const outcome of OUTCOMES) this.#checkpoints.inc({ outcome }, 0);
  }

  checkpoint(outcome: WitnessOutcome): void {
    this.#checkpoints.inc({ outcome });
  }

  write(): void {
    this.#writes.inc();
  }
}
