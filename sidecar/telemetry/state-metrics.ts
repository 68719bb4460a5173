/** How it goes with the store that the gates of a server share. There only where one is named. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { STORE_FAILURES, type StoreFailure } from '../memory/history/shared/connection.ts';

/** Seconds: the aim on loopback is one millisecond, and nobody waits longer than a quarter of a second. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];

export class StateMetrics {
  readonly #server: () => string;
  readonly #connected;
  readonly #seconds;
  readonly #failures;
  readonly #fallbacks;

  constructor(registry: Registry, server: () => string) {
    this.#server = server;
    const registers = [registry];
    this.#connected = new Gauge({
      name: 'sallyport_state_connected',
      help: '1 while the gate counts in the store that it shares with others, 0 while that is away.',
      labelNames: ['server'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'sallyport_state_seconds',
      help: 'What the shared store takes to answer, in seconds.',
      labelNames: ['server'],
      buckets: BUCKETS,
      registers,
    });
    this.#failures = new Counter({
      name: 'sallyport_state_failures_total',
      help: 'Questions to the shared store without a good answer, by reason.',
      labelNames: ['server', 'reason'],
      registers,
    });
    this.#fallbacks = new Counter({
      name: 'sallyport_state_fallbacks_total',
      help: 'What was decided without the shared store: by the part of the limits of this gate (local), or with a refusal (denied).',
      labelNames: ['server', 'outcome'],
      registers,
    });
    for (const reason of STORE_FAILURES) this.#failures.inc({ server: server(), reason }, 0);
    for (const outcome of ['local', 'denied']) this.#fallbacks.inc({ server: server(), outcome }, 0);
    this.connected(false);
  }

  connected(is: boolean): void {
    this.#connected.set({ server: this.#server() }, is ? 1 : 0);
  }

  answered(ms: number): void {
    this.#seconds.observe({ server: this.#server() }, ms / 1000);
  }

  failed(reason: StoreFailure): void {
    this.#failures.inc({ server: this.#server(), reason });
  }

  fellBack(outcome: 'local' | 'denied'): void {
    this.#fallbacks.inc({ server: this.#server(), outcome });
  }
}
