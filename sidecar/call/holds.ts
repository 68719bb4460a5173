/** Calls that wait for a person now, findable by what ends the wait: their id, their session, the end of the process. */
import type { MessageId } from '../../core/mcp/message.ts';
import type { Call } from './call.ts';

export class Holds {
  readonly #held = new Map<Call, () => void>();

  add(call: Call, cancel: () => void): void {
    this.#held.set(call, cancel);
  }

  delete(call: Call): void {
    this.#held.delete(call);
  }

  /** The client takes one of its calls back. True when it was held: then the server never heard of it. */
  cancel(by: Call, requestId: unknown): boolean {
    return this.#cancelWhere((call) => call.id === (requestId as MessageId) && sameConversation(call, by));
  }

  /** The session ends, and with it everything that waits in it. */
  cancelSession(by: Call): void {
    // Without one it would be everything that others of the same name, such as anonymous callers, wait for.
    if (by.session === undefined) return;
    this.#cancelWhere((call) => sameConversation(call, by));
  }

  cancelAll(): void {
    this.#cancelWhere(() => true);
  }

  #cancelWhere(matches: (call: Call) => boolean): boolean {
    let found = false;
    for (const [call, cancel] of this.#held) {
      if (!matches(call)) continue;
      found = true;
      cancel();
    }
    return found;
  }
}

/** Ids are unique only within the session, or the connection, of one principal. */
function sameConversation(a: Call, b: Call): boolean {
  return (
    a.sessionId === b.sessionId && a.principal?.kind === b.principal?.kind && a.principal?.name === b.principal?.name
  );
}
