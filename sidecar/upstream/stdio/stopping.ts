/** Processes that were asked to end and still run: nobody waits for them, and their number has a bound all the same. */

/** What can be asked to end, and made to. */
export interface Stoppable {
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** How many may take the time that the specification gives them; with one more, the one that has had most of it is killed. */
const MAX_STOPPING = 32;
/** SIGKILL takes a moment too, and does not end what waits in the kernel: processes must not pile up behind it. */
const MAX_KILLED = 32;
/** How long whoever wants to start another one waits for room. */
const ROOM_WITHIN_MS = 10_000;

export class Stopping {
  /** In the order in which they were asked. */
  readonly #patient = new Map<Stoppable, Promise<void>>();
  readonly #killed = new Map<Stoppable, Promise<void>>();

  /** Those that want to start another one, in the order in which they came. */
  readonly #waiting = new Set<() => void>();

  /** So many that were killed are not gone yet that no other should be started. */
  get isFull(): boolean {
    return this.#killed.size >= MAX_KILLED;
  }

  /** Resolves when one of them is gone, one caller for each; false when that takes too long. */
  async room(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const go = (): void => resolve(true);
    this.#waiting.add(go);
    const timer = setTimeout(() => {
      this.#waiting.delete(go);
      resolve(false);
    }, ROOM_WITHIN_MS);
    const isThere = await promise;
    clearTimeout(timer);
    return isThere;
  }

  add(child: Stoppable): void {
    const stopped = child.stop().finally(() => {
      this.#patient.delete(child);
      if (this.#killed.delete(child)) this.#next();
    });
    this.#patient.set(child, stopped);
    // Whoever ends a session for each call would otherwise be refused for what its servers take to go.
    if (this.#patient.size > MAX_STOPPING) this.#killOldest();
  }

  /** Resolves when all are gone. */
  async all(): Promise<void> {
    await Promise.all([...this.#patient.values(), ...this.#killed.values()]);
  }

  #next(): void {
    const [go] = this.#waiting;
    if (go === undefined) return;
    this.#waiting.delete(go);
    go();
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
