/** Counts of what the API server asked and what it was told. Every series exists from the start, at 0. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { AdmissionHandler, Outcome } from './review.ts';

/** Reasons that come from the server, whatever the handler: its code threw, or what came was no review. */
const FAILURES = ['error', 'bad-request'] as const;

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class AdmissionMetrics {
  readonly #requests;
  readonly #seconds;

  constructor(registry: Registry) {
    this.#requests = new Counter({
      name: 'sallyport_admission_requests_total',
      help: 'Admission requests by webhook, outcome (allowed, patched, refused, failed) and reason.',
      labelNames: ['webhook', 'outcome', 'reason'],
      registers: [registry],
    });
    this.#seconds = new Histogram({
      name: 'sallyport_admission_duration_seconds',
      help: 'Time from the arrival of an admission request to its answer, by webhook.',
      labelNames: ['webhook'],
      buckets: SECONDS,
      registers: [registry],
    });
  }

  webhook(webhook: string, { reasons }: Pick<AdmissionHandler, 'reasons'>) {
    const counted = { ...reasons, failed: FAILURES };
    for (const [outcome, words] of Object.entries(counted)) {
      for (const reason of words) this.#requests.inc({ webhook, outcome, reason }, 0);
    }
    this.#seconds.zero({ webhook });
    const seconds = this.#seconds.labels({ webhook });
    return {
      answered: (outcome: Outcome, reason: string, duration: number) => {
        this.#requests.inc({ webhook, outcome, reason });
        seconds.observe(duration);
      },
    };
  }
}
