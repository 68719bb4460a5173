/** Calls that wait for a person now, findable by what ends the wait: their id, their session, the end of the process. */
import type { MessageId } from '../../core/mcp/message.ts';
import type { Session } from './sessions.ts';
import type { Call } from '../call/call.ts';

/** How a wait is ended from outside. */
export interface Held {
  /** The call is taken back. One whose approval is being used up waits for what became of it. */
  cancel(): void;
  /** Nothing is waited for any more: the process ends. */
  abandon(): void;
}

export class Holds {
  readonly #held = new Map<Call, Held>();
  readonly #maxBytes: number;
  #bytes = 0;
  #onEmpty: (() => void) | undefined = undefined;

  /** People take minutes: what waits for them must not keep out what does not. Bytes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Their bodies wait with them. */
  hasRoomFor({ body }: Call): boolean {
    return this.#bytes + (body?.length ?? 0) <= this.#maxBytes;
  }

  add(call: Call, held: Held): void {
    this.#held.set(call, held);
    this.#bytes += call.body?.length ?? 0;
  }

  /** Before the body is forgotten. */
  delete(call: Call): void {
    if (this.#held.delete(call)) this.#bytes -= call.body?.length ?? 0;
    if (this.#held.size === 0) this.#onEmpty?.();
  }

  /** The client takes one of its calls back. True when it was held: then the server never heard of it. */
  cancel({ conversation }: Call, requestId: unknown): boolean {
    // Clients of the modern era have no conversation over HTTP: there, leaving is taking back.
    if (conversation === undefined) return false;
    const held = [...this.#held.keys()].filter(
      (call) => call.id === (requestId as MessageId) && call.conversation === conversation,
    );
    // Without a session two clients of one name may use one id: nobody can tell which of them it was.
    if (held.length !== 1) return false;
    for (const call of held) this.#held.get(call)?.cancel();
    return true;
  }

  /** The session ends, and with it everything that waits in it. */
  cancelSession(session: Session): void {
    for (const [call, held] of this.#held) if (call.session === session) held.cancel();
  }

  cancelAll(): void {
    for (const held of this.#held.values()) held.cancel();
  }

  /** Resolves once nothing is held any more, at the latest after `ms`: what is left then is given up, so that it is on record. */
  async settled(ms: number): Promise<void> {
    if (this.#held.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = setTimeout(resolve, ms);
    this.#onEmpty = resolve;
    await promise;
    clearTimeout(late);
    for (const held of this.#held.values()) held.abandon();
  }
}
