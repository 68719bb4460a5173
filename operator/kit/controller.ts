/** The loop of a controller: a key out of the queue, a reconciliation, and what its outcome means for the key. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { isConflict } from './api-error.ts';
import { SYSTEM_CLOCK, type Timers } from './clock.ts';
import type { Runnable } from './manager.ts';
import type { ControllerMetrics, ReconcileMetrics, ReconcileResult } from './metrics.ts';
import type { Ref } from './resource.ts';
import { keyOf, parseKey } from './store.ts';
import { WorkQueue } from './work-queue.ts';

export type Outcome =
  /** The world is as it should be. */
  | { kind: 'done' }
  /** As it should be for now: look again then, unless something changes before. */
  | { kind: 'requeueAfter'; ms: number }
  /** Try again, later each time. An exception means the same. */
  | { kind: 'failed'; error: unknown }
  /** Trying again cannot help before the object changes. */
  | { kind: 'terminal'; error: unknown };

export type Reconcile = (ref: Ref, log: Logger) => Promise<Outcome>;

export interface ControllerOptions {
  readonly name: string;
  readonly workers: number;
  readonly reconcile: Reconcile;
  readonly log: Logger;
  readonly metrics: ControllerMetrics;
  readonly clock?: Timers;
  readonly queue?: WorkQueue;
  /** What ties the log lines of one reconciliation together. */
  readonly newId?: () => string;
}

export class Controller implements Runnable {
  readonly name: string;
  readonly needsLeader = true;
  readonly #workers: number;
  readonly #reconcile: Reconcile;
  readonly #log: Logger;
  readonly #clock: Timers;
  readonly #queue: WorkQueue;
  readonly #metrics: ReconcileMetrics;
  readonly #newId: () => string;

  constructor(options: ControllerOptions) {
    this.name = options.name;
    this.#workers = options.workers;
    this.#reconcile = options.reconcile;
    this.#log = options.log;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#queue = options.queue ?? new WorkQueue({ clock: this.#clock, metrics: options.metrics.queue(options.name) });
    this.#metrics = options.metrics.controller(options.name, options.workers);
    this.#newId = options.newId ?? randomUUID;
  }

  /** Safe at any time: what comes before the start waits, what comes after the end is dropped. */
  enqueue(ref: Ref, afterMs = 0): void {
    this.#queue.addAfter(keyOf(ref), afterMs);
  }

  async start(signal: AbortSignal): Promise<void> {
    // At the abort itself, not a moment after: nothing more is to be begun.
    signal.addEventListener('abort', () => this.#queue.shutDown(), { once: true });
    if (signal.aborted) this.#queue.shutDown();
    await Promise.all(Array.from({ length: this.#workers }, () => this.#work()));
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.get(); key !== undefined; key = await this.#queue.get()) {
      try {
        await this.#handle(key);
      } finally {
        this.#queue.done(key);
      }
    }
  }

  async #handle(key: string): Promise<void> {
    const ref = parseKey(key);
    const log = this.#log.child({ controller: this.name, ...ref, reconcileID: this.#newId() });
    const began = this.#clock.monotonic();
    this.#metrics.begun();
    const outcome = await this.#outcome(ref, log);
    const ms = this.#clock.monotonic() - began;
    this.#metrics.ended(RESULT[outcome.kind], ms / 1000, outcome.kind === 'terminal');
    this.#requeue(key, outcome);
    this.#report(log.child({ durationMs: Math.round(ms) }), key, outcome);
  }

  async #outcome(ref: Ref, log: Logger): Promise<Outcome> {
    try {
      return await this.#reconcile(ref, log);
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  #requeue(key: string, outcome: Outcome): void {
    if (outcome.kind === 'failed') return this.#queue.addRateLimited(key);
    this.#queue.forget(key);
    if (outcome.kind === 'requeueAfter') this.#queue.addAfter(key, outcome.ms);
  }

  #report(log: Logger, key: string, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'done':
        return log.debug('reconciled');
      case 'requeueAfter':
        return log.debug({ requeueAfterMs: outcome.ms }, 'reconciled');
      case 'terminal':
        return log.error({ err: outcome.error }, 'cannot be reconciled until it changes');
      case 'failed':
        // Somebody else wrote first. That is how optimistic concurrency works, and no reason to wake anybody.
        if (isConflict(outcome.error)) return log.debug({ err: outcome.error }, 'changed meanwhile; trying again');
        return log.error({ err: outcome.error, retries: this.#queue.retriesOf(key) }, 'not reconciled; trying again');
    }
  }
}

const RESULT = {
  done: 'success',
  requeueAfter: 'requeue_after',
  failed: 'error',
  terminal: 'error',
} as const satisfies Record<Outcome['kind'], ReconcileResult>;
