/**
 * Which proofs were taken already, for as long as one of their age is taken at all. Bounded, and forgetting never lets one in twice: with what
 * is forgotten, everything of its age is refused from then on, and its maker is given a new nonce.
 */

/** 128 bits of a digest each: some 4 MB. */
const MAX_PROOFS = 50_000;

export class SeenProofs {
  readonly #max: number;
  /** By the second of their nonce. */
  readonly #bySecond = new Map<number, Set<string>>();
  #size = 0;
  /** Of this second and all before nothing is known any more. */
  #forgotten: number;

  /** `since`: before this second (since the epoch) nobody has looked, since the process has just begun. */
  constructor(since: number, max = MAX_PROOFS) {
    this.#forgotten = since;
    this.#max = max;
  }

  /** Of this second and all before nothing is known. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether a proof of that second could have been here without being known. */
  isForgotten(second: number): boolean {
    return second <= this.#forgotten;
  }

  /** Of this second and all before none is taken any more. */
  forgetUpTo(second: number): void {
    if (second <= this.#forgotten) return;
    for (const [key, ids] of this.#bySecond) {
      if (key > second) continue;
      this.#bySecond.delete(key);
      this.#size -= ids.size;
    }
    this.#forgotten = second;
  }

  /** False: it was here before, or nobody can tell. `id`: what no other proof has. */
  take(id: string, second: number): boolean {
    if (this.isForgotten(second)) return false;
    const ids = this.#bySecond.get(second) ?? new Set();
    if (ids.has(id)) return false;
    ids.add(id);
    this.#bySecond.set(second, ids);
    this.#size++;
    if (this.#size > this.#max) this.forgetUpTo(Math.min(...this.#bySecond.keys()));
    return true;
  }
}
