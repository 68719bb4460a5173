/**
 * What is counted instead of recorded line by line: refusals of callers that nobody knows, and what was lost because nothing could be
 * recorded, or because there was no more room for it. Both are bounded, and both go on record themselves.
 */
import {
  type LostCount,
  type LostKind,
  lostRecord,
  type RefusalCount,
  refusalsRecord,
} from '../../core/audit/gate-record.ts';
import type { Clock } from '../../core/clock.ts';
import { RefusalCounts } from '../memory/refusal-counts.ts';

export interface CountsOptions {
  readonly clock: Clock;
  /** How long is counted before it is recorded. */
  readonly countMs: number;
  /** False while nothing can be written: the counts are bounded, the queue is what must not grow. */
  readonly canWrite: () => boolean;
  readonly write: (record: ReturnType<typeof lostRecord>) => void;
  readonly onRefusals: ((refusals: readonly RefusalCount[]) => void) | undefined;
}

export class Counts {
  readonly #options: CountsOptions;
  readonly #refusals = new RefusalCounts();
  readonly #lost = new Map<LostKind, number>();
  #timer: NodeJS.Timeout | undefined = undefined;
  #refusalsSince = 0;
  #lostSince = 0;
  #isOver = false;

  constructor(options: CountsOptions) {
    this.#options = options;
  }

  /** True for a refusal that is to be recorded whole; any other is counted. `time`: of the refusal. */
  refuse(reason: string, source: string, time: number): boolean {
    const isWhole = this.#refusals.note(reason, source, this.#options.canWrite());
    if (this.#timer === undefined) this.#refusalsSince = time;
    this.#startTimer();
    return isWhole;
  }

  /** Something will have no line of its own. */
  lose(what: LostKind): void {
    if (this.#lost.size === 0) this.#lostSince = this.#options.clock.now();
    this.#lost.set(what, (this.#lost.get(what) ?? 0) + 1);
    this.#startTimer();
  }

  /** Records can be written again: that some were lost is the first thing to say. */
  canWriteAgain(): void {
    if (!this.#isOver && this.#options.canWrite()) this.#writeLost();
  }

  /** The last that is written of them. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#writeLost();
    this.#writeRefusals();
  }

  #startTimer(): void {
    if (this.#isOver) return;
    this.#timer ??= setTimeout(() => this.#onTime(), this.#options.countMs).unref();
  }

  #onTime(): void {
    this.#timer = undefined;
    if (this.#options.canWrite()) {
      this.#writeLost();
      this.#writeRefusals();
    }
    if (this.#refusals.isPending || this.#lost.size > 0) this.#startTimer();
  }

  #writeLost(): void {
    if (this.#lost.size === 0) return;
    const lost: LostCount[] = [...this.#lost].map(([what, count]) => ({ count, what }));
    this.#lost.clear();
    this.#options.write(lostRecord(this.#options.clock.now(), this.#lostSince, lost));
  }

  #writeRefusals(): void {
    const refusals = this.#refusals.take();
    if (refusals.length === 0) return;
    this.#options.write(refusalsRecord(this.#options.clock.now(), this.#refusalsSince, refusals));
    this.#refusalsSince = this.#options.clock.now();
    this.#options.onRefusals?.(refusals);
  }
}
