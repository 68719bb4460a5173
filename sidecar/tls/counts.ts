/** What becomes of handshakes with clients, and until when the certificate is good. There only where policy has asked for TLS. */
import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * `done`. `failed`: the client broke off, or speaks no TLS that is spoken here. `late`: it did not come to its end in time.
 * `no-certificate`: there is none to show. `plain`: it was no handshake.
 */
export const HANDSHAKE_OUTCOMES = ['done', 'failed', 'late', 'no-certificate', 'plain'] as const;
export type HandshakeOutcome = (typeof HANDSHAKE_OUTCOMES)[number];

export class TlsCounts {
  readonly #server: () => string;
  readonly #handshakes: Counter;
  readonly #notAfter: Gauge;
  readonly #rejected: Gauge;

  /** `server` is whose gate it is: a gate may start before it knows. */
  constructor(registry: Registry, server: () => string) {
    this.#server = server;
    this.#handshakes = new Counter({
      name: 'sallyport_tls_handshakes_total',
      help: 'Connections of clients to a port that speaks TLS, by what became of their handshake.',
      labelNames: ['server', 'outcome'],
      registers: [registry],
    });
    this.#notAfter = new Gauge({
      name: 'sallyport_tls_not_after_seconds',
      help: 'When the certificate ends that clients are shown, in seconds since the epoch; none while there is no certificate.',
      labelNames: ['server'],
      registers: [registry],
    });
    this.#rejected = new Gauge({
      name: 'sallyport_tls_certificate_rejected',
      help: 'Whether what should be the certificate cannot be served (1), so that the last good one is, or none.',
      labelNames: ['server'],
      registers: [registry],
    });
    for (const outcome of HANDSHAKE_OUTCOMES) this.#handshakes.inc({ server: server(), outcome }, 0);
  }

  ended(outcome: HandshakeOutcome): void {
    this.#handshakes.inc({ server: this.#server(), outcome });
  }

  /** `notAfter`: milliseconds since the epoch, of what is shown now. */
  certificate(notAfter: number | undefined, isRejected: boolean): void {
    const server = this.#server();
    if (notAfter !== undefined) this.#notAfter.set({ server }, notAfter / 1000);
    this.#rejected.set({ server }, isRejected ? 1 : 0);
  }
}
