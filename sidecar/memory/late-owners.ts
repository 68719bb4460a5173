/** Whose calls were given up lately: what a server still says of them must not reach anybody else. */
import type { Principal } from '../../core/policy/principal.ts';
import { ownerOf } from './by-owner.ts';

export class LateOwners {
  readonly #lateMs: number;
  /** By owner, so no longer than the list of those who call: monotonic milliseconds until which something may come. */
  readonly #until = new Map<string, number>();

  constructor(lateMs: number) {
    this.#lateMs = lateMs;
  }

  /** A call of this principal was given up; `now` in monotonic milliseconds, here and below. */
  add(principal: Principal | undefined, now: number): void {
    this.#forget(now);
    this.#until.set(keyOf(principal), now + this.#lateMs);
  }

  /** Whether all that can still come belongs to this principal; without one, whether nothing can come at all. */
  areOnly(principal: Principal | undefined, now: number): boolean {
    this.#forget(now);
    const others = this.#until.size - (principal !== undefined && this.#until.has(keyOf(principal)) ? 1 : 0);
    return others === 0;
  }

  #forget(now: number): void {
    for (const [owner, until] of this.#until) if (until <= now) this.#until.delete(owner);
  }
}

function keyOf(principal: Principal | undefined): string {
  return principal === undefined ? '' : ownerOf(principal);
}
