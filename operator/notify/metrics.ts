/** What is counted of messages to channels. Every series exists from the start, at 0. */
import { Counter, type Registry } from 'prom-client';

/** `sent`; `failed`: tried again; `refused`: the other side takes no such message; `missed`: the request was over before it could be told. */
export const RESULTS = ['sent', 'failed', 'refused', 'missed'] as const;
export type NotifyResult = (typeof RESULTS)[number];

export class NotifyMetrics {
  readonly #total: Counter<'channel' | 'result'>;

  constructor(registry: Registry, channels: readonly string[]) {
    this.#total = new Counter({
      name: 'sallyport_notifications_total',
      help: 'Messages about ApprovalRequests by channel and by what became of them.',
      labelNames: ['channel', 'result'],
      registers: [registry],
    });
    for (const channel of channels) for (const result of RESULTS) this.#total.inc({ channel, result }, 0);
  }

  count(channel: string, result: NotifyResult): void {
    this.#total.inc({ channel, result });
  }
}
