/** Processes that were asked to end and still run: nobody waits for them, and their number has a bound all the same. */

/** What can be asked to end, and made to. */
export interface Stoppable {
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** So many take the time that the specification gives them; with one more, the one that has had most of it is killed. */
const MAX_STOPPING = 32;
/** Not even SIGKILL ends what waits in the kernel: processes must not pile up behind it. */
const MAX_KILLED = 32;

export class Stopping {
  /** In the order in which they were asked. */
  readonly #patient = new Map<Stoppable, Promise<void>>();
  readonly #killed = new Map<Stoppable, Promise<void>>();

  /** So many that were killed do not go that no other should be started. */
  get isStuck(): boolean {
    return this.#killed.size >= MAX_KILLED;
  }

  add(child: Stoppable): void {
    const stopped = child.stop().finally(() => {
      this.#patient.delete(child);
      this.#killed.delete(child);
    });
    this.#patient.set(child, stopped);
    // Whoever ends a session for each call would otherwise be refused for what its servers take to go.
    if (this.#patient.size > MAX_STOPPING) this.#killOldest();
  }

  /** Resolves when all are gone. */
  async all(): Promise<void> {
    await Promise.all([...this.#patient.values(), ...this.#killed.values()]);
  }

  #killOldest(): void {
    const [oldest] = this.#patient;
    if (oldest === undefined) return;
    const [child, stopped] = oldest;
    this.#patient.delete(child);
    this.#killed.set(child, stopped);
    child.kill();
  }
}
