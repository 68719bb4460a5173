/** Messages that wait for a server to be started, in order and within bounds. */
import { UpstreamError } from '../upstream.ts';

const MAX_HELD_BYTES = 16 * 1024 * 1024;

export class HeldMessages {
  readonly #held = new Map<number, Buffer>();
  #bytes = 0;

  /** Throws when too much waits already. */
  add(id: number, body: Buffer): void {
    if (this.#bytes + body.length > MAX_HELD_BYTES)
      throw new UpstreamError('upstream-unreachable', 'too much waits for it to start');
    this.#bytes += body.length;
    this.#held.set(id, body);
  }

  /** False when it does not wait here: the server has heard of it. */
  delete(id: number): boolean {
    const body = this.#held.get(id);
    if (body === undefined) return false;
    this.#held.delete(id);
    this.#bytes -= body.length;
    return true;
  }

  /** All of them, which wait no longer. */
  takeAll(): Buffer[] {
    const bodies = [...this.#held.values()];
    this.#held.clear();
    this.#bytes = 0;
    return bodies;
  }
}
