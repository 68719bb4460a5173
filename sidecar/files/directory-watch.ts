/** Tells of changes in a mounted directory within milliseconds, and on demand at once. */
import { type FSWatcher, watch } from 'node:fs';

/** For file systems that tell nothing. */
const POLL_MS = 2_000;

export class DirectoryWatch {
  readonly #reload: () => void;
  readonly #onThrown: (error: unknown) => void;
  readonly #watcher: FSWatcher;
  readonly #poll: NodeJS.Timeout;
  #stale = false;

  /**
   * Throws the system's error where there is no such directory. `reload` is called when something may have changed, `onThrown` with
   * what it throws.
   */
  constructor(directory: string, reload: () => void, onThrown: (error: unknown) => void) {
    this.#reload = reload;
    this.#onThrown = onThrown;
    this.#watcher = watch(directory, () => this.#markStale());
    // What cannot be watched any more is still polled.
    this.#watcher.on('error', () => {});
    this.#poll = setInterval(() => this.#markStale(), POLL_MS);
    this.#poll.unref();
  }

  /** Reads now what would be read in a moment. */
  catchUp(): void {
    if (!this.#stale) return;
    this.#stale = false;
    try {
      this.#reload();
    } catch (error) {
      // Called by calls and by the watcher alike: what cannot be read counts as not read, and is tried again with the next poll.
      try {
        this.#onThrown(error);
      } catch {
        // There is nobody left to tell.
      }
    }
  }

  close(): void {
    this.#watcher.close();
    clearInterval(this.#poll);
  }

  /** A swap of a volume is several events of one turn; they are read once. */
  #markStale(): void {
    if (this.#stale) return;
    this.#stale = true;
    setImmediate(() => this.catchUp());
  }
}
