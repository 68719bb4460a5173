/** Results of tools that are kept: how often they answered, and how much of them there is. */
import { Counter, Gauge, type Registry } from 'prom-client';

/** `would-hit`: by a pack in shadow; the server was asked. */
const LOOKUPS = ['hit', 'miss', 'would-hit'] as const;
export type Lookup = (typeof LOOKUPS)[number];

interface Kept {
  readonly bytes: number;
  readonly size: number;
}

export class CacheMetrics {
  readonly #server: () => string;
  readonly #lookups: Counter;
  #kept: Kept | undefined = undefined;

  /** `server` is whose gate it is: a gate may start before it knows. */
  constructor(registry: Registry, server: () => string) {
    this.#server = server;
    const registers = [registry];
    this.#lookups = new Counter({
      name: 'sallyport_cache_lookups_total',
      help: 'Calls of tools whose results are kept: answered with one (hit), sent to the server (miss), or sent though a pack in Shadow would have answered (would-hit).',
      labelNames: ['server', 'result'],
      registers,
    });
    const gauge = (name: string, help: string, of: (kept: Kept) => number): void => {
      const one: Gauge = new Gauge({
        ...{ name, help, labelNames: ['server'], registers },
        collect: () => {
          one.reset();
          if (this.#kept !== undefined) one.set({ server: this.#server() }, of(this.#kept));
        },
      });
    };
    gauge('sallyport_cache_bytes', 'Bytes of results that are kept now, with what each takes besides.', (k) => k.bytes);
    gauge('sallyport_cache_results', 'Results that are kept now.', ({ size }) => size);
  }

  watch(kept: Kept): void {
    this.#kept = kept;
  }

  lookedUp(result: Lookup): void {
    this.#lookups.inc({ server: this.#server(), result });
  }
}
