/**
 * Quantiles of a stream of numbers in little memory: counts in buckets whose bounds grow by a factor, so that what is said of any of them
 * is at most one percent off (the idea of DDSketch, Masson et al., VLDB 2019).
 */

const ERROR = 0.01;
const FACTOR = (1 + ERROR) / (1 - ERROR);
const LOG_FACTOR = Math.log(FACTOR);
/** A microsecond is what the log tells apart. */
const SMALLEST = 0.001;

export class Quantiles {
  /** By bucket, how many; what is smaller than can be told apart is in that of 0. There are some thousand at most, up to a year in milliseconds. */
  readonly #counts = new Map<number, number>();
  #total = 0;

  get count(): number {
    return this.#total;
  }

  /** What is no number, or negative, does not count. */
  add(value: number): void {
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY) return;
    const bucket = value < SMALLEST ? 0 : 1 + Math.ceil(Math.log(value / SMALLEST) / LOG_FACTOR);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#total++;
  }

  /** The smallest value that so large a part of all, from 0 to 1, does not exceed (nearest rank); undefined of none. */
  at(part: number): number | undefined {
    if (this.#total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(part * this.#total));
    let seen = 0;
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return valueOf(bucket);
    }
    return undefined;
  }
}

/** The middle of a bucket, where the error is the same to both sides. */
function valueOf(bucket: number): number {
  return bucket === 0 ? 0 : (SMALLEST * FACTOR ** (bucket - 1) * 2) / (1 + FACTOR);
}
