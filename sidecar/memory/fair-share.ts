/**
 * How much of something that is bounded one owner may have: never more than is left for all others. Whoever is alone gets half, two
 * get a third each, and there is always room for one more; nothing has to be known of who will come. This is the dynamic threshold
 * that switches share their buffers by, with a factor of one (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998).
 */
/** Owners who have nothing now and are remembered all the same: most come back at once, and an entry that stays costs less than a new one. */
const MAX_IDLE = 64;

export class FairShare {
  readonly total: number;
  readonly #byOwner = new Map<string, number>();
  #used = 0;

  constructor(total: number) {
    this.total = total;
  }

  get used(): number {
    return this.#used;
  }

  /** Counts the amount if it fits; false, and nothing is counted, when it does not. */
  take(owner: string, amount: number): boolean {
    if (!this.#fits(owner, amount)) return false;
    this.add(owner, amount);
    return true;
  }

  /** Counts what is there already, also beyond the share. */
  add(owner: string, amount: number): void {
    this.#used += amount;
    this.#byOwner.set(owner, (this.#byOwner.get(owner) ?? 0) + amount);
  }

  give(owner: string, amount: number): void {
    const left = (this.#byOwner.get(owner) ?? 0) - amount;
    this.#used -= amount;
    if (left > 0 || this.#byOwner.size <= MAX_IDLE) this.#byOwner.set(owner, Math.max(0, left));
    else this.#byOwner.delete(owner);
  }

  /** Whether what the owner has is no more than it may have. */
  isWithin(owner: string): boolean {
    return this.#fits(owner, 0);
  }

  ofOwner(owner: string): number {
    return this.#byOwner.get(owner) ?? 0;
  }

  #fits(owner: string, amount: number): boolean {
    return this.ofOwner(owner) + amount <= this.total - this.#used - amount;
  }
}
