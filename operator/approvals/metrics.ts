/** How people decide: who takes no time to decide has not read. Counted by the replica that counts the votes. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { ApprovalDecision } from '../../core/api/approval-request.ts';

/** From what nobody can have read to what was left over lunch. */
const BUCKETS = [1, 2, 5, 15, 60, 300, 900, 3600, 14_400, 86_400];
/** Nobody reads what is asked, by whom and with which arguments in less. */
const READING_SECONDS = 5;
const DECISIONS: readonly ApprovalDecision[] = ['Approved', 'Denied'];

export class ApprovalMetrics {
  readonly #seconds: Histogram<'decision'>;
  readonly #unread: Counter<'decision'>;

  constructor(registry: Registry) {
    this.#seconds = new Histogram({
      name: 'sallyport_approval_decision_seconds',
      help: 'From an ApprovalRequest to the decision on it, by decision.',
      labelNames: ['decision'],
      buckets: BUCKETS,
      registers: [registry],
    });
    this.#unread = new Counter({
      name: 'sallyport_approvals_unread_total',
      help: 'Decisions within five seconds of their request, in which nobody can have read it, by decision.',
      labelNames: ['decision'],
      registers: [registry],
    });
    for (const decision of DECISIONS) {
      this.#seconds.zero({ decision });
      this.#unread.inc({ decision }, 0);
    }
  }

  /** Milliseconds since the epoch; a clock that is behind another counts as no time. */
  decided(decision: ApprovalDecision, askedAt: number, decidedAt: number): void {
    const seconds = Math.max(0, decidedAt - askedAt) / 1000;
    this.#seconds.observe({ decision }, seconds);
    if (seconds < READING_SECONDS) this.#unread.inc({ decision });
  }
}
