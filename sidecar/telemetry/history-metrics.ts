/** Metrics of rules that know what came before. */
import { Counter, type Registry } from 'prom-client';
import type { Mode } from '../../core/api/modes.ts';

export class HistoryMetrics {
  readonly #server: () => string;
  readonly #limited: Counter;

  constructor(registry: Registry, server: () => string) {
    this.#server = server;
    this.#limited = new Counter({
      name: 'sallyport_limited_total',
      help: 'Calls that a limit refused, or in shadow would have, by rule and mode.',
      labelNames: ['server', 'rule', 'mode'],
      registers: [registry],
    });
  }

  /** `rule` is the id of one of the policy, of which there are few. */
  limited(rule: string, mode: Mode): void {
    this.#limited.inc({ server: this.#server(), rule, mode });
  }
}
