/** Growing pauses between attempts, spread so that a hundred pods do not come back in the same instant. */

const JITTER = 0.2;

export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #nextMs: number;

  constructor(firstMs: number, maxMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#random = random;
    this.#nextMs = firstMs;
  }

  /** How long to wait before the next attempt. */
  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(this.#maxMs, ms * 2);
    return spread(ms, this.#random);
  }

  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}

/** `ms`, a fifth more or less. */
export function spread(ms: number, random: () => number = Math.random): number {
  return ms * (1 + JITTER * (2 * random() - 1));
}
