/** The past of this process alone, in its memory and, where it is told to keep it, in a file. */
import type { Clock } from '../../../core/clock.ts';
import type { How, Outcome, Wanted } from '../../../core/history/ops.ts';
import { HistoryStore } from '../../../core/history/store.ts';
import type { History, Later } from './history.ts';
import { HistoryDamaged, HistoryFile } from './history-file.ts';

export interface KeepOptions {
  readonly path: string;
  /** Once, when it is not kept any more: it goes on in memory, and begins anew with the next process. */
  readonly onProblem: (error: unknown) => void;
  /** What is there cannot be read: whatever depends on it is refused. */
  readonly onDamaged: (error: HistoryDamaged) => void;
}

/** Looked at are many times as many as may have been added since. */
const SWEEP_EVERY = 64;
const SWEPT_AT_ONCE = 1_000;

const NOBODY_CAN_TELL: Later = { done: (callback) => queueMicrotask(() => callback(undefined)) };

export class LocalHistory implements History {
  readonly #store: HistoryStore;
  readonly #clock: Clock;
  #file: HistoryFile | undefined = undefined;
  #isDamaged = false;
  #taken = 0;
  #last = 0;
  #lastMonotonic: number;

  constructor(clock: Clock, store = new HistoryStore()) {
    this.#clock = clock;
    this.#store = store;
    this.#lastMonotonic = clock.monotonic();
  }

  apply(wanted: readonly Wanted[], how: How): Outcome | Later {
    if (this.#isDamaged) return NOBODY_CAN_TELL;
    const now = this.#now();
    // Also where no file is kept, for which it is done besides.
    if (how === 'Take' && ++this.#taken % SWEEP_EVERY === 0) this.#store.sweep(SWEPT_AT_ONCE, now);
    return this.#store.apply(wanted, how, now);
  }

  /** Goes on with what is in the file. Never throws. */
  keep({ path, onProblem, onDamaged }: KeepOptions): void {
    try {
      this.#file = HistoryFile.open({ path, store: this.#store, onProblem });
      if (this.#file === undefined) onProblem(new Error(`another process keeps its own in ${path}`));
    } catch (error) {
      if (!(error instanceof HistoryDamaged)) {
        onProblem(error);
        return;
      }
      this.#isDamaged = true;
      onDamaged(error);
    }
  }

  close(): void {
    this.#file?.close();
  }

  /** The wall clock, and at least as much later as time has passed: one that is set back neither stops windows nor reopens them. */
  #now(): number {
    const monotonic = this.#clock.monotonic();
    const passed = this.#last + (monotonic - this.#lastMonotonic);
    this.#lastMonotonic = monotonic;
    this.#last = Math.max(this.#clock.now(), passed);
    return this.#last;
  }
}
