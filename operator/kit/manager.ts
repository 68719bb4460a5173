/** Starts the parts of a process in order, each step when the one before is ready, and stops them in reverse. What leads starts last. */
import type { Logger } from 'pino';
import { sleep, SYSTEM_CLOCK, type Timers } from './clock.ts';

export interface Runnable {
  readonly name: string;
  /** Started only once this process leads. */
  readonly needsLeader: boolean;
  /** What comes after in the list waits for it: a server that listens, a cache that is filled. */
  readonly ready?: Promise<void>;
  /** Runs until the signal aborts; a rejection before that ends the process. */
  start(signal: AbortSignal): Promise<void>;
  /** Told that the process is about to stop, some seconds before the signal: to say so to whoever asks, and to go on answering. */
  leave?(): void;
}

/** The part of an election that the manager needs. */
export interface Leadership {
  /** Resolves when this process leads; false when the signal came first. */
  acquire(signal: AbortSignal): Promise<boolean>;
  /** Keeps it until the signal aborts; rejects when it is lost. */
  hold(signal: AbortSignal): Promise<void>;
  /** For the next one to start at once. Only after everything that leads has stopped. */
  release(): Promise<void>;
  /** How long what leads may take to stop once `hold` has rejected: after that somebody else may act. Default: no limit of its own. */
  readonly stopWithinMs?: number;
}

export interface ManagerOptions {
  readonly log: Logger;
  /** Without one every part runs at once: a single replica, a test. */
  readonly leadership?: Leadership;
  readonly clock?: Timers;
  /** For all parts together; a pod gets 30 s from the kubelet unless told otherwise, and the exit has to fit in. */
  readonly stopWithinMs?: number;
  /**
   * How long to go on serving after everybody was told, so that whoever is led here by a list of endpoints is led elsewhere first.
   * Asked when the process is to stop. Default: not at all.
   */
  readonly leaveMs?: () => number;
}

const STOP_WITHIN_MS = 25_000;

interface Running {
  readonly part: Pick<Runnable, 'name' | 'leave'>;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export class Manager {
  readonly #log: Logger;
  readonly #leadership: Leadership | undefined;
  readonly #clock: Timers;
  readonly #stopWithinMs: number;
  readonly #groups: (readonly Runnable[])[] = [];
  /** In the order of their start; those of one group together. */
  readonly #running: Running[][] = [];
  /** Those of them that lead, the election included. */
  readonly #leading = new Set<readonly Running[]>();
  readonly #failure = Promise.withResolvers<never>();
  readonly #stopping = new AbortController();
  readonly #leaveMs: () => number;
  #hasLostLead = false;

  constructor(options: ManagerOptions) {
    this.#log = options.log;
    this.#leadership = options.leadership;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#stopWithinMs = options.stopWithinMs ?? STOP_WITHIN_MS;
    this.#leaveMs = options.leaveMs ?? (() => 0);
    // Whether anybody waits for it at that moment or not.
    this.#failure.promise.catch(() => {});
  }

  /** One step of the order: these start together when everything added before is ready. */
  add(...runnables: readonly Runnable[]): void {
    this.#groups.push(runnables);
  }

  /** Until the signal aborts and everything has stopped. Rejects, after stopping the rest, when a part fails. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = Promise.withResolvers<void>();
    const onAbort = (): void => stop.resolve();
    if (signal.aborted) return;
    signal.addEventListener('abort', onAbort, { once: true });
    let failed: { readonly error: unknown } | undefined;
    try {
      await Promise.race([stop.promise, this.#failure.promise, this.#start()]);
      await Promise.race([stop.promise, this.#failure.promise]);
    } catch (error) {
      failed = { error };
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    try {
      // A part that failed may be the one that answers; without the lead everything else is well.
      await this.#stop(failed === undefined || this.#hasLostLead ? this.#leaveMs() : 0);
    } catch (error) {
      if (failed === undefined) throw error;
      this.#log.error({ err: error }, 'not everything stopped');
    }
    if (failed !== undefined) throw failed.error;
  }

  async #start(): Promise<void> {
    const steps = [...this.#groups.map((group) => group.filter((part) => !part.needsLeader))];
    const leaderSteps = this.#groups.map((group) => group.filter((part) => part.needsLeader));
    for (const group of steps) await this.#startGroup(group);
    if (this.#leadership !== undefined && leaderSteps.some((group) => group.length > 0)) {
      if (!(await this.#lead(this.#leadership))) return;
    }
    for (const group of leaderSteps) await this.#startGroup(group, true);
  }

  async #startGroup(group: readonly Runnable[], leads = false): Promise<void> {
    if (this.#stopping.signal.aborted || group.length === 0) return;
    const running = group.map((part) => this.#launch(part, (signal) => part.start(signal)));
    this.#running.push(running);
    if (leads) this.#leading.add(running);
    await Promise.all(group.map(async (part) => part.ready));
    for (const part of group) this.#log.info({ part: part.name }, 'started');
  }

  async #lead(leadership: Leadership): Promise<boolean> {
    if (!(await leadership.acquire(this.#stopping.signal))) return false;
    if (this.#stopping.signal.aborted) {
      await leadership.release();
      return false;
    }
    // First of the leading parts, so the last to stop: the lease is given up when nobody acts on it any more.
    const election = this.#launch({ name: 'leader election' }, async (held) => {
      await leadership.hold(held).catch((error: unknown) => {
        this.#hasLostLead = true;
        throw error;
      });
      await leadership.release();
    });
    const running = [election];
    this.#running.push(running);
    this.#leading.add(running);
    return true;
  }

  #launch(part: Running['part'], start: (signal: AbortSignal) => Promise<void>): Running {
    const { name } = part;
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      try {
        await start(controller.signal);
      } catch (error) {
        if (this.#stopping.signal.aborted) this.#log.warn({ part: name, err: error }, 'failed while stopping');
        else this.#failure.reject(new Error(`${name} failed: ${messageOf(error)}`, { cause: error }));
      }
    };
    return { part, controller, ended: run() };
  }

  /** First of all everybody is told; then what leads stops, so that another leads at once; then, after `leaveMs`, all the rest. */
  async #stop(leaveMs: number): Promise<void> {
    this.#stopping.abort();
    const groups = this.#running.toReversed();
    for (const { part } of groups.flat()) part.leave?.();
    const left = leaveMs > 0 ? sleep(this.#clock, leaveMs) : undefined;
    const end = this.#after(this.#stopWithinMs);
    const leadEnd = this.#hasLostLead ? this.#after(this.#leadership?.stopWithinMs ?? this.#stopWithinMs) : end;
    for (const group of groups.filter((running) => this.#leading.has(running))) await stopGroup(group, leadEnd);
    leadEnd.cancel();
    if (left !== undefined) await Promise.race([left, end.passed]);
    for (const group of groups.filter((running) => !this.#leading.has(running))) await stopGroup(group, end);
    end.cancel();
  }

  #after(ms: number): Limit {
    const { promise, resolve } = Promise.withResolvers<'late'>();
    return { ms, passed: promise, cancel: this.#clock.after(ms, () => resolve('late')) };
  }
}

interface Limit {
  readonly ms: number;
  readonly passed: Promise<'late'>;
  readonly cancel: () => void;
}

async function stopGroup(group: readonly Running[], limit: Limit): Promise<void> {
  for (const { controller } of group) controller.abort();
  const ended = Promise.all(group.map((running) => running.ended));
  if ((await Promise.race([ended, limit.passed])) !== 'late') return;
  // Above all the lease is not given up while something may still act on it.
  const names = group.map(({ part }) => part.name).join(', ');
  throw new Error(`did not stop within ${limit.ms / 1000} s: ${names}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
