/** What becomes of the requests that a gate passes on to others. There only where a gate has others. */
import { Counter, type Registry } from 'prom-client';

/**
 * `answered`: by the gate that has the session or the task. `unreachable`: that gate is gone, and the client hears that what it names is.
 * `silent`: it did not answer in time, and the client hears that it may ask again.
 * `broken`: it went while the call was with it. `client-gone`: the client did not wait.
 */
export const HOP_OUTCOMES = ['answered', 'unreachable', 'silent', 'broken', 'client-gone'] as const;
export type HopOutcome = (typeof HOP_OUTCOMES)[number];

export class HopCounts {
  readonly #server: string;
  readonly #hops;

  constructor(registry: Registry, server: string) {
    this.#server = server;
    this.#hops = new Counter({
      name: 'sallyport_hops_total',
      help: 'Requests for a session or a task of another replica that were passed on to its gate, by what became of them.',
      labelNames: ['server', 'outcome'],
      registers: [registry],
    });
    for (const outcome of HOP_OUTCOMES) this.#hops.inc({ server, outcome }, 0);
  }

  ended(outcome: HopOutcome): void {
    this.#hops.inc({ server: this.#server, outcome });
  }
}
