/**
 * What the API server said last of tokens, by their digests. A review counts for a few seconds; each token has one under way at a time, and
 * the longest unused is forgotten first.
 */
import type { Clock } from '../../../core/clock.ts';
import type { Cluster, Review } from './cluster.ts';

/** A call that comes later has the API server asked again. */
const REVIEWED_FOR_MS = 5_000;
/** Streams that stay open, and calls that wait, end when nobody could say anything of their token for so long. */
const UNHEARD_FOR_MS = 60_000;
const MAX_KEPT = 10_000;
/** More than these wait for an answer of the operator: what comes is told that nobody can be asked now. */
const MAX_ASKING = 64;

interface Kept {
  readonly review: Review;
  readonly at: number;
}

export class Reviews {
  readonly #cluster: Pick<Cluster, 'review'>;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<Review>>();

  constructor(cluster: Pick<Cluster, 'review'>, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** Whether the last word on it is good, and of a moment ago. */
  isFresh(digest: string): boolean {
    const kept = this.#kept.get(digest);
    return kept?.review.kind === 'good' && this.#ageOf(kept) < REVIEWED_FOR_MS;
  }

  /** Whether what it has opened may go on: the last word on it is good, and not too old. */
  mayGoOn(digest: string): boolean {
    const kept = this.#kept.get(digest);
    return kept?.review.kind === 'good' && this.#ageOf(kept) < UNHEARD_FOR_MS;
  }

  /** Rejects where nobody can be asked. */
  ask(digest: string, token: string): Promise<Review> {
    const known = this.#asking.get(digest);
    if (known !== undefined) return known;
    if (this.#asking.size >= MAX_ASKING) return Promise.reject(new Error('too many tokens are being looked at'));
    const asking = this.#ask(digest, token).finally(() => this.#asking.delete(digest));
    this.#asking.set(digest, asking);
    return asking;
  }

  clear(): void {
    this.#kept.clear();
  }

  async #ask(digest: string, token: string): Promise<Review> {
    // It says what was so when it was asked, and not when the answer came.
    const at = this.#clock.monotonic();
    const review = await this.#cluster.review(token);
    this.#kept.delete(digest);
    this.#kept.set(digest, { review, at });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return review;
  }

  #ageOf({ at }: Kept): number {
    return this.#clock.monotonic() - at;
  }
}
