/** Calls that wait now, for a person or for the disk, findable by what ends the wait: their id, their session, the end of the process. */
import type { MessageId } from '../../core/mcp/message.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Conversation } from './conversation.ts';
import type { Doing } from './in-flight.ts';
import type { Session } from './sessions.ts';

/** Whose wait it is. */
export interface Waiting {
  readonly id: MessageId | null;
  readonly conversation: Conversation | undefined;
  readonly session: Session | undefined;
  readonly doing: Doing;
}

/** How a wait is ended from outside. */
export interface Held {
  /** The call is taken back. One whose approval is being used up waits for what became of it. */
  cancel(): void;
  /** It is refused now; where that is not possible, as with one whose approval is being used up, before it is sent. */
  refuse?(why: Refusal): void;
  /** Nothing is waited for any more: the process ends. */
  abandon(): void;
}

interface Entry {
  readonly held: Held;
  readonly bytes: number;
}

export class Holds {
  readonly #held = new Map<Waiting, Entry>();
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
  hasRoomFor(bytes: number): boolean {
    return this.#bytes + bytes <= this.#maxBytes;
  }

  add(call: Waiting, held: Held, bytes: number): void {
    this.#held.set(call, { held, bytes });
    this.#bytes += bytes;
  }

  delete(call: Waiting): void {
    const entry = this.#held.get(call);
    if (entry !== undefined) this.#bytes -= entry.bytes;
    this.#held.delete(call);
    if (this.#held.size === 0) this.#onEmpty?.();
  }

  /** The client takes one of its calls back. True when it was held: then the server never heard of it. */
  cancel(conversation: Conversation | undefined, requestId: unknown): boolean {
    // Clients of the modern era have no conversation over HTTP: there, leaving is taking back.
    if (conversation === undefined) return false;
    const meant = [...this.#held].filter(
      ([call]) => call.id === (requestId as MessageId) && call.conversation === conversation,
    );
    // Without a session two clients of one name may use one id: nobody can tell which of them it was.
    if (meant.length !== 1) return false;
    for (const [, { held }] of meant) held.cancel();
    return true;
  }

  /** The session ends, and with it everything that waits in it. */
  cancelSession(session: Session): void {
    for (const [call, { held }] of this.#held) if (call.session === session) held.cancel();
  }

  /** `why`: of those that end. */
  endEach(why: (doing: Doing) => Refusal | undefined): void {
    for (const [call, { held }] of this.#held) {
      const refusal = why(call.doing);
      if (refusal !== undefined) held.refuse?.(refusal);
    }
  }

  cancelAll(): void {
    for (const { held } of this.#held.values()) held.cancel();
  }

  /** Resolves once nothing is held any more, at the latest after `ms`: what is left then is given up, so that it is on record. */
  async settled(ms: number): Promise<void> {
    if (this.#held.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = setTimeout(resolve, ms);
    this.#onEmpty = resolve;
    await promise;
    clearTimeout(late);
    for (const { held } of this.#held.values()) held.abandon();
  }
}
