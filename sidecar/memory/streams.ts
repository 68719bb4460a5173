/** Streams that stay open until somebody ends them: GET of the legacy era, `subscriptions/listen` of the modern one. */
import { listChanged } from '../../core/mcp/list-changed.ts';
import type { MessageId } from '../../core/mcp/message.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { ListChanges } from './conversation.ts';
import { ownerOf } from './by-owner.ts';
import type { Session } from './sessions.ts';

export interface OpenStream {
  readonly principal: Principal | undefined;
  readonly session: Session | undefined;
  /** Which changes of lists its client is told of. */
  readonly changes: ListChanges;
  /** Set on streams of the modern era: all that is told on them names the subscription. */
  readonly subscriptionId: MessageId | undefined;
  write(event: Buffer): void;
  end(why: Refusal): void;
  /** Calls that were posted elsewhere are answered on it, and are not answered yet. */
  readonly awaitsAnswers: boolean;
  /** Whether what proved its principal still does. */
  isStillProven(): boolean;
}

const MAX_STREAMS = 10_000;
const MAX_STREAMS_PER_PRINCIPAL = 5_000;

export class Streams {
  readonly #open = new Set<OpenStream>();
  readonly #byOwner = new Map<string, number>();

  get size(): number {
    return this.#open.size;
  }

  hasRoomFor(principal: Principal): boolean {
    return this.#open.size < MAX_STREAMS && (this.#byOwner.get(ownerOf(principal)) ?? 0) < MAX_STREAMS_PER_PRINCIPAL;
  }

  add(stream: OpenStream): void {
    this.#open.add(stream);
    this.#count(stream, 1);
    if (stream.session !== undefined) stream.session.inUse++;
  }

  delete(stream: OpenStream): void {
    if (!this.#open.delete(stream)) return;
    this.#count(stream, -1);
    if (stream.session !== undefined) stream.session.inUse--;
  }

  endSession(session: Session): void {
    const why = refuse('session-not-found', 'start a new one with initialize');
    for (const stream of this.#open) if (stream.session === session) stream.end(why);
  }

  get awaitAnswers(): boolean {
    for (const stream of this.#open) if (stream.awaitsAnswers) return true;
    return false;
  }

  endAll(why: Refusal): void {
    for (const stream of [...this.#open]) stream.end(why);
  }

  /** Ends the streams of those who are no longer known by what they showed. */
  endUnproven(): void {
    const why = refuse('unauthenticated', 'what proved who you are is no longer valid; connect again');
    for (const stream of this.#open) if (!stream.isStillProven()) stream.end(why);
  }

  /** `why`: of those that end. */
  endEach(why: (stream: OpenStream) => Refusal | undefined): void {
    for (const stream of [...this.#open]) {
      const refusal = why(stream);
      if (refusal !== undefined) stream.end(refusal);
    }
  }

  /** Another policy may show other items: clients are told as if the server's own lists had changed. */
  tellListsChanged(): void {
    for (const stream of this.#open) {
      for (const list of ['tools', 'prompts', 'resources'] as const) {
        if (stream.changes[list]) stream.write(messageEvent(listChanged(list, stream.subscriptionId)));
      }
    }
  }

  #count({ principal }: OpenStream, by: number): void {
    if (principal === undefined) return;
    const owner = ownerOf(principal);
    const count = (this.#byOwner.get(owner) ?? 0) + by;
    if (count > 0) this.#byOwner.set(owner, count);
    else this.#byOwner.delete(owner);
  }
}
