/** A clock that moves only when a test moves it. */
import type { Clock } from '../../core/clock.ts';

export class FakeClock implements Clock {
  #ms = 1_700_000_000_000;
  /** How far the wall clock is from what has passed. */
  #set = 0;

  now(): number {
    return this.#ms + this.#set;
  }

  monotonic(): number {
    return this.#ms;
  }

  /** The wall clock alone, as somebody sets it. */
  set(now: number): void {
    this.#set = now - this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
