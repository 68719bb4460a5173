/**
 * Calls that wait for a person as tasks: their clients have an answer, and ask after them. Kept by the gate that holds the call, since
 * nobody else has it; other gates pass on what is asked about one (pod-handles.ts).
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { TaskOutcome, TaskState } from '../../core/mcp/task-forms.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { ByOwner } from './by-owner.ts';

const PREFIX = 'held-';
/** Somebody who asks less often than this is not there: nothing is executed until they ask again. */
const PRESENT_MS = 30_000;
const POLL_INTERVAL_MS = 2_000;
/** How long the outcome can be fetched. */
const KEPT_MS = 15 * 60_000;
/** The longest that a timer of Node can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const MAX_PER_PRINCIPAL = 200;

export class HeldTask {
  readonly id = `${PREFIX}${randomUUID()}`;
  readonly #clock: Clock;
  readonly #createdAt: number;
  #lastUpdatedAt: number;
  #lastAskedAt: number;
  #endsAt: number;
  #status: TaskState['status'] = 'working';
  #statusMessage: string | undefined;
  #outcome: TaskOutcome | undefined = undefined;
  #serverTask: string | undefined = undefined;
  #onAsked: (() => void) | undefined = undefined;
  readonly #onOver = new Set<() => void>();
  /** The task is cancelled, or nobody has asked for it any more: whoever works on it stops. */
  onCancel: () => void = () => {};

  /** `waitsUntil`: as long as its approval can be given; milliseconds since the Unix epoch. */
  constructor(clock: Clock, waitsUntil: number, statusMessage: string) {
    this.#clock = clock;
    this.#createdAt = clock.now();
    this.#lastUpdatedAt = this.#createdAt;
    this.#lastAskedAt = clock.monotonic();
    this.#endsAt = waitsUntil + KEPT_MS;
    this.#statusMessage = statusMessage;
  }

  /** With the name that its client has for it. */
  state(taskId: string): TaskState {
    return {
      ...{ taskId, status: this.#status, statusMessage: this.#statusMessage, outcome: this.#outcome },
      ...{ createdAt: this.#createdAt, lastUpdatedAt: this.#lastUpdatedAt, pollIntervalMs: POLL_INTERVAL_MS },
      ttlMs: Math.round(this.#endsAt - this.#createdAt),
    };
  }

  get isOver(): boolean {
    return this.#status !== 'working' || this.#serverTask !== undefined;
  }

  get bytes(): number {
    if (this.#outcome === undefined) return 0;
    return 'error' in this.#outcome ? this.#outcome.error.length : this.#outcome.result.length;
  }

  /** Milliseconds until nobody can ask for it any more. */
  get leftMs(): number {
    return Math.max(0, Math.min(MAX_TIMER_MS, this.#endsAt - this.#clock.now()));
  }

  /** The server has made a task of it, which is asked after in the place of this one. */
  get serverTask(): string | undefined {
    return this.#serverTask;
  }

  /** Its client asks after it. */
  asked(): void {
    this.#lastAskedAt = this.#clock.monotonic();
    this.#onAsked?.();
  }

  /** With nobody there to fetch the result, nothing is executed: resolves once somebody is. */
  async somebodyAsks(): Promise<void> {
    if (this.#clock.monotonic() - this.#lastAskedAt < PRESENT_MS) return;
    await new Promise<void>((resolve) => {
      this.#onAsked = resolve;
    });
  }

  says(statusMessage: string): void {
    if (!this.isOver) this.#statusMessage = statusMessage;
  }

  ends(outcome: TaskOutcome, statusMessage?: string): void {
    if (this.isOver) return;
    this.#outcome = outcome;
    this.#over('error' in outcome ? 'failed' : 'completed', statusMessage);
  }

  continuesAs(serverTask: string): void {
    if (this.isOver) return;
    this.#serverTask = serverTask;
    this.#tellOver();
  }

  cancel(): void {
    if (this.isOver) return;
    this.#over('cancelled', 'taken back by its client');
    this.onCancel();
  }

  /** Calls `listener` once it is over, or goes on at the server; the function returned takes that back. */
  whenOver(listener: () => void): () => void {
    this.#onOver.add(listener);
    return () => this.#onOver.delete(listener);
  }

  #over(status: TaskState['status'], statusMessage: string | undefined): void {
    this.#status = status;
    this.#statusMessage = statusMessage;
    this.#lastUpdatedAt = this.#clock.now();
    this.#endsAt = Math.max(this.#endsAt, this.#lastUpdatedAt + KEPT_MS);
    this.#tellOver();
  }

  #tellOver(): void {
    const listeners = [...this.#onOver];
    this.#onOver.clear();
    for (const listener of listeners) listener();
  }
}

interface Kept {
  readonly task: HeldTask;
  readonly principal: Principal;
  timer: NodeJS.Timeout;
}

export class HeldTasks {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #tasks = new ByOwner<Kept>(MAX_PER_PRINCIPAL);
  /** Names of tasks of the server's, by which clients know these. */
  readonly #names = new ByOwner<string>(MAX_PER_PRINCIPAL);
  /** In the order in which they were over: what they hold is given up first. */
  readonly #over = new Set<Kept>();
  #bytes = 0;
  #named = 0;

  /** `maxBytes`: of all outcomes that wait to be fetched. */
  constructor(clock: Clock, maxBytes: number) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  begin(principal: Principal, waitsUntil: number, statusMessage: string): HeldTask {
    const task = new HeldTask(this.#clock, waitsUntil, statusMessage);
    const kept: Kept = { task, principal, timer: this.#timer(() => this.#end(kept), task) };
    const displaced = this.#tasks.set(task.id, principal, kept);
    if (displaced !== undefined) this.#end(displaced);
    task.whenOver(() => this.#isOver(kept));
    return task;
  }

  find(taskId: string, principal: Principal): HeldTask | undefined {
    return taskId.startsWith(PREFIX) ? this.#tasks.get(taskId, principal)?.task : undefined;
  }

  get hasNames(): boolean {
    return this.#named > 0;
  }

  /** The name that a client has for a task of the server's, where it is another one. */
  nameOf(serverTask: string, principal: Principal): string | undefined {
    return this.#names.get(serverTask, principal);
  }

  #isOver(kept: Kept): void {
    const { task, principal } = kept;
    if (task.serverTask !== undefined) {
      this.#names.set(task.serverTask, principal, task.id);
      this.#named++;
    }
    clearTimeout(kept.timer);
    kept.timer = this.#timer(() => this.#end(kept), task);
    this.#over.add(kept);
    this.#bytes += task.bytes;
    for (const oldest of this.#over) {
      if (this.#bytes <= this.#maxBytes || oldest === kept) break;
      this.#end(oldest);
    }
  }

  #end(kept: Kept): void {
    const { task, principal, timer } = kept;
    clearTimeout(timer);
    this.#tasks.delete(task.id, principal);
    task.cancel();
    clearTimeout(kept.timer);
    if (!this.#over.delete(kept)) return;
    this.#bytes -= task.bytes;
    if (task.serverTask === undefined) return;
    this.#names.delete(task.serverTask, principal);
    this.#named--;
  }

  /** Nothing waits for it: a process that ends does not wait until tasks are forgotten. */
  #timer(end: () => void, task: HeldTask): NodeJS.Timeout {
    return setTimeout(end, task.leftMs).unref();
  }
}
