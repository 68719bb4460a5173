/** Writes at the pace of the client: when it reads slowly, the server waits. */
import type { Reply } from '../call/reply.ts';

export class PacedWriter {
  readonly #reply: Reply;
  readonly #resume: () => void;
  #waitsForDrain = false;

  constructor(reply: Reply, resume: () => void) {
    this.#reply = reply;
    this.#resume = resume;
  }

  /** False when the server has to wait. For a client that is gone nobody waits. */
  write(chunk: Buffer): boolean {
    if (!this.#reply.open || this.#reply.write(chunk)) return true;
    if (!this.#waitsForDrain) {
      // Once for all events of a chunk.
      this.#waitsForDrain = true;
      this.#reply.onDrain(() => {
        this.#waitsForDrain = false;
        this.#resume();
      });
    }
    return false;
  }
}
