/**
 * Audit lines on standard output as well, where the log collector of a cluster takes them from. Whoever reads it must not be able to hold
 * up a call: what is not taken waits up to a bound, and is dropped and counted beyond it. The file has every line all the same.
 */
import { constants, fstatSync, openSync } from 'node:fs';
import { pino } from 'pino';

/** Some ten thousand lines. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const CLOSE_WITHIN_MS = 1000;

export class LineOutput {
  readonly #destination;
  readonly #onDropped: () => void;
  #isOver = false;

  /** `descriptor`: 1 is standard output. */
  constructor(descriptor: number, onDropped: () => void, maxBytes = MAX_WAITING_BYTES) {
    this.#onDropped = onDropped;
    this.#destination = pino.destination({ dest: withoutWaiting(descriptor), sync: false, maxLength: maxBytes });
    this.#destination.on('drop', onDropped);
    // A pipe whose reader is gone: what is written to it from then on is lost, too.
    this.#destination.on('error', () => {
      this.#isOver = true;
    });
  }

  /** `line` without its newline. */
  write(line: string): void {
    if (this.#isOver) this.#onDropped();
    else this.#destination.write(`${line}\n`);
  }

  /** What waits is written, as far as somebody reads it soon. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = setTimeout(() => {
      this.#destination.destroy();
      resolve();
    }, CLOSE_WITHIN_MS);
    this.#destination.once('close', () => resolve()).once('error', () => resolve());
    this.#destination.end();
    await promise;
    clearTimeout(late);
  }
}

/**
 * A write to a full pipe holds the thread that does it, and a process with such a thread does not end, whatever it is told. Opened anew,
 * the same pipe says that it is full instead, and for whoever else writes to it all is as before.
 */
function withoutWaiting(descriptor: number): number {
  try {
    if (!fstatSync(descriptor).isFIFO()) return descriptor;
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // It belongs to somebody else, or this is no Linux.
    return descriptor;
  }
}
