/** A call of one of the clients that share a server: what it is called here and there, and what its client has not read yet. */
import type { MessageId } from '../../../core/mcp/message.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { LEGACY_VERSIONS } from '../../../core/mcp/revisions/index.ts';
import type { Revision } from '../../../core/mcp/revision.ts';
import { isSamePrincipal, type Principal } from '../../../core/policy/principal.ts';
import { answerRequest } from '../answer-instead.ts';
import { EVENT_STREAM } from './words.ts';
import { type Exchange, UpstreamError, type UpstreamSink } from '../upstream.ts';

/** The server cannot wait for one client without letting the others wait, so what one has not read is held here. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export interface SharedCallParts {
  readonly sink: UpstreamSink;
  /** The client's own id. */
  readonly id: MessageId;
  readonly revision: Revision | undefined;
  readonly owner: Principal | undefined;
  /** The client's own progress token, as JSON text. */
  readonly token: string | undefined;
  readonly listens: boolean;
  readonly wantsLogs: boolean;
  readonly onAbort: () => void;
}

export class SharedCall implements Exchange {
  readonly sink: UpstreamSink;
  /** The client's own id, as JSON text. */
  readonly id: string;
  readonly token: string | undefined;
  readonly listens: boolean;
  readonly wantsLogs: boolean;
  readonly owner: Principal | undefined;
  /** For the refusal, should the server turn out not to speak its era. */
  readonly revision: Revision | undefined;
  readonly #ownId: MessageId;
  readonly #onAbort: () => void;
  readonly #unread: Buffer[] = [];
  #unreadBytes = 0;
  #started = false;
  #blocked = false;
  #complete = false;
  #over = false;

  constructor({ sink, id, revision, owner, token, listens, wantsLogs, onAbort }: SharedCallParts) {
    this.sink = sink;
    this.id = JSON.stringify(id);
    this.#ownId = id;
    this.token = token;
    this.listens = listens;
    this.wantsLogs = wantsLogs;
    this.owner = owner;
    this.revision = revision;
    this.#onAbort = onAbort;
  }

  /** Who proved nothing owns nothing: all such callers have one name. */
  isOf(principal: Principal | undefined): boolean {
    const owner = this.owner;
    if (owner === undefined || principal === undefined || owner.kind === 'anonymous') return false;
    return isSamePrincipal(owner, principal);
  }

  /** False when the client is too far behind to be sent more. */
  emit(event: Buffer): boolean {
    if (this.#over) return true;
    if (!this.#started) {
      this.#started = true;
      this.sink.onHead(200, EVENT_STREAM);
    }
    if (!this.#blocked) {
      this.#blocked = !this.sink.onData(event);
      return true;
    }
    // One message is always taken: an answer may be larger than the bound. It is not held here but with the reply, where it is in the budget.
    if (this.#unread.length === 0 && event.length > MAX_UNREAD_BYTES) {
      this.sink.onData(event);
      return true;
    }
    if (this.#unread.length > 0 && this.#unreadBytes + event.length > MAX_UNREAD_BYTES) return false;
    this.#unread.push(event);
    this.#unreadBytes += event.length;
    return true;
  }

  /** What was emitted is all there is. */
  complete(): void {
    this.#complete = true;
    this.#endIfRead();
  }

  fail(error: UpstreamError): void {
    if (this.#over) return;
    this.#over = true;
    this.#forget();
    this.sink.onError(error);
  }

  refuse(refusal: Refusal): void {
    if (this.#over) return;
    this.#over = true;
    answerRequest(this.sink, this.#ownId, this.revision, refusal);
  }

  resume(): void {
    this.#blocked = false;
    while (!this.#blocked && !this.#over) {
      const event = this.#unread.shift();
      if (event === undefined) break;
      this.#unreadBytes -= event.length;
      this.#blocked = !this.sink.onData(event);
    }
    this.#endIfRead();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#forget();
    if (!this.#complete) this.#onAbort();
  }

  #endIfRead(): void {
    if (!this.#complete || this.#over || this.#unread.length > 0) return;
    this.#over = true;
    this.sink.onEnd();
  }

  #forget(): void {
    this.#unread.length = 0;
    this.#unreadBytes = 0;
  }
}

/** A client that hears this falls back to `initialize`, and gets a process of its own. */
export function refusalOfEra({ revision }: { readonly revision: Revision | undefined }): Refusal {
  const data = { supported: LEGACY_VERSIONS, requested: revision?.version };
  return refuse('unsupported-protocol-version', 'this server speaks the handshake revisions only', data);
}

export function tooSlow(): UpstreamError {
  return new UpstreamError('upstream-broken', 'its client reads too slowly for a server that others use as well');
}

export type Calls = ReadonlyMap<number, SharedCall>;

/** The caller's own call of this id; undefined when there is any doubt which one is meant. */
export function ownCall(
  calls: Calls,
  principal: Principal | undefined,
  requestId: unknown,
): [gateId: number, shared: SharedCall] | undefined {
  const id = JSON.stringify(requestId);
  const own = [...calls].filter(([, shared]) => shared.id === id && shared.isOf(principal));
  return own.length === 1 ? own[0] : undefined;
}
