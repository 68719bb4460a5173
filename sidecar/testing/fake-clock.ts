/** A clock that moves only when a test moves it. */
import type { Clock } from '../../core/clock.ts';

export class FakeClock implements Clock {
  #ms = 1_700_000_000_000;

  now(): number {
    return this.#ms;
  }

  monotonic(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
