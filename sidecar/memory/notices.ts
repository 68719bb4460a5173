/** What is worth a line for whoever runs the gate, and not one for each call: each once, and again after a while. */
import type { Clock } from '../../core/clock.ts';

export interface Notice {
  /** Whose side it is on. */
  readonly about: 'server' | 'clients' | 'replicas' | 'keys';
  readonly sentence: string;
}

const AGAIN_AFTER_MS = 10 * 60_000;
/** Sentences may hold words of others; so many different ones are kept apart. */
const MAX_KEPT = 100;

export class Notices {
  readonly #clock: Clock;
  readonly #tell: (notice: Notice) => void;
  /** When something was said last, the latest at the end. */
  readonly #saidAt = new Map<string, number>();

  constructor(clock: Clock, tell: (notice: Notice) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** `key`: what counts as the same. */
  say(key: string, notice: Notice): void {
    const now = this.#clock.monotonic();
    const before = this.#saidAt.get(key);
    if (before !== undefined && now - before < AGAIN_AFTER_MS) return;
    this.#saidAt.delete(key);
    if (this.#saidAt.size >= MAX_KEPT) {
      const [oldest, at] = this.#saidAt.entries().next().value ?? ['', 0];
      // Nobody can make the gate talkative by making it forget.
      if (now - at < AGAIN_AFTER_MS) return;
      this.#saidAt.delete(oldest);
    }
    this.#saidAt.set(key, now);
    this.#tell(notice);
  }
}
