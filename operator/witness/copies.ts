/**
 * The second witness: what is held of all streams is copied now and then to where not even the operator can take it back, a bucket with
 * object lock. A copy is a file of witnessed checkpoints, as `sallyport audit verify --witnessed` reads it.
 */
import { createHash } from 'node:crypto';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { Caches } from '../caches.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import type { Runnable } from '../kit/manager.ts';
import type { Bucket } from './bucket.ts';
import { originIn } from './entry.ts';

export interface WitnessCopiesParts {
  readonly caches: Pick<Caches, 'witness'>;
  readonly bucket: Pick<Bucket, 'put'>;
  readonly clock: Timers;
  readonly everyMs: number;
  /** How long the store keeps each copy, whoever wants it gone. */
  readonly retainForMs: number;
  readonly registry: Registry;
  readonly log: Logger;
}

/** After one that failed; the metric and the log say it until then. */
const RETRY_MS = 60_000;

export class WitnessCopies implements Runnable {
  readonly name = 'copies of witnessed checkpoints';
  /** One copy is enough; of two leaders for a moment both copies are true. */
  readonly needsLeader = true;
  readonly #parts: WitnessCopiesParts;
  readonly #copies;
  readonly #lastSuccess;
  #lastDigest = '';

  constructor(parts: WitnessCopiesParts) {
    this.#parts = parts;
    const registers = [parts.registry];
    this.#copies = new Counter({
      name: 'sallyport_operator_witness_copies_total',
      help: 'Copies of all witnessed checkpoints to the bucket, by whether it has taken and locked them.',
      labelNames: ['outcome'],
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'sallyport_operator_witness_last_copy_timestamp_seconds',
      help: 'When all witnessed checkpoints were in the bucket last, in seconds since the epoch; 0 before they were.',
      registers,
    });
    for (const outcome of ['kept', 'failed']) this.#copies.inc({ outcome }, 0);
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#parts;
    let isKept: boolean;
    do isKept = await this.#copy();
    while (await sleep(clock, isKept ? everyMs : Math.min(everyMs, RETRY_MS), signal));
  }

  async #copy(): Promise<boolean> {
    const { caches, bucket, clock, retainForMs, log } = this.#parts;
    const now = clock.now();
    const body = copyOf(caches);
    const digest = createHash('sha256').update(body).digest('hex');
    if (body !== '' && digest !== this.#lastDigest) {
      try {
        await bucket.put(nameOf(now, digest), body, now + retainForMs);
      } catch (error) {
        this.#copies.inc({ outcome: 'failed' });
        log.error({ err: error }, 'witnessed checkpoints could not be copied to the bucket; that is tried again');
        return false;
      }
      this.#copies.inc({ outcome: 'kept' });
      this.#lastDigest = digest;
    }
    if (this.#lastDigest !== '') this.#lastSuccess.set(now / 1000);
    return true;
  }
}

/** By stream: notes with an empty line between two. */
function copyOf({ witness }: Pick<Caches, 'witness'>): string {
  return Array.from(witness.list())
    .flatMap(({ entries }) => Array.from(entries.values()))
    .sort((a, b) => (originIn(a) < originIn(b) ? -1 : 1))
    .map(({ note }) => note)
    .join('\n');
}

/** They sort by their time, and one day is one folder: `2026-11-30/101500Z-0123456789ab.witnessed`. */
function nameOf(now: number, digest: string): string {
  const [day = '', time = ''] = new Date(now).toISOString().split('T');
  return `${day}/${time.slice(0, 8).replaceAll(':', '')}Z-${digest.slice(0, 12)}.witnessed`;
}
