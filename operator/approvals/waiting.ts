/** Long polls: those who wait for something to be so, by the key of the object that tells. */

export class Waiting {
  readonly #wakes = new Map<string, Set<() => void>>();

  /** The object has changed: whoever waits for it looks again. */
  wake(key: string): void {
    for (const wake of this.#wakes.get(key) ?? []) wake();
  }

  /** Resolves when `isOver` says so, after `ms`, or when the signal aborts. */
  async until(key: string, isOver: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    if (isOver() || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      if (isOver()) resolve();
    };
    const onAbort = (): void => resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', onAbort, { once: true });
    const wakes = this.#wakes.get(key) ?? new Set();
    this.#wakes.set(key, wakes);
    wakes.add(wake);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    wakes.delete(wake);
    if (wakes.size === 0) this.#wakes.delete(key);
  }
}
