/** Prometheus metrics of the archive. Every series exists from the start, at 0. */
import { Counter, Gauge, Registry } from 'prom-client';
import { REFUSAL_REASONS, type RefusalReason } from '../core/audit/archiving/answer.ts';
import type { Occupancy } from './store/store.ts';

/** `unproven`: the sender has no certificate of a gate. `busy`: too many segments were on their way at once. */
export type RefusedReason = RefusalReason | 'unproven' | 'busy' | 'too-large';
const REASONS: readonly RefusedReason[] = [...REFUSAL_REASONS, 'unproven', 'busy', 'too-large'];

export type StoreFailure = 'append' | 'read' | 'prune' | 'bucket';
const FAILURES: readonly StoreFailure[] = ['append', 'read', 'prune', 'bucket'];

export class ArchiveMetrics {
  readonly registry = new Registry();
  readonly #records = this.#counter('sallyport_archive_records_total', 'Records that were taken in.');
  readonly #bytes = this.#counter('sallyport_archive_bytes_total', 'Bytes of the records that were taken in.');
  readonly #pruned = this.#counter(
    'sallyport_archive_pruned_records_total',
    'Records that left the database because of their age, for the bucket or for good.',
  );
  readonly #refused = this.#counter(
    'sallyport_archive_refused_total',
    'Segments that were not taken, by reason; fork: a gate has two histories.',
    ['reason'],
  );
  readonly #failures = this.#counter(
    'sallyport_archive_store_failures_total',
    'What the database failed at: append, read, prune; or the bucket at all.',
    ['reason'],
  );
  readonly #streams = this.#gauge('sallyport_archive_streams', 'Streams (lives of gates) that are known.');
  readonly #oldest = this.#gauge(
    'sallyport_archive_oldest_record_timestamp_seconds',
    'When the oldest record that is here was made; 0: there is none.',
  );

  constructor() {
    for (const reason of REASONS) this.#refused.inc({ reason }, 0);
    for (const reason of FAILURES) this.#failures.inc({ reason }, 0);
  }

  taken(records: number, bytes: number): void {
    this.#records.inc(records);
    this.#bytes.inc(bytes);
  }

  refused(reason: RefusedReason): void {
    this.#refused.inc({ reason });
  }

  failed(reason: StoreFailure): void {
    this.#failures.inc({ reason });
  }

  pruned(records: number): void {
    this.#pruned.inc(records);
  }

  occupied({ streams, oldest }: Occupancy): void {
    this.#streams.set(streams);
    this.#oldest.set((oldest ?? 0) / 1000);
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }
}
