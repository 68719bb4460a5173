/**
 * Signs of life while the server says nothing. Proxies on the way end what was silent for a minute (nginx: 60 s), Node's fetch gives up
 * on a head after five; the call itself may take as long as it likes. A comment is nothing to clients (WHATWG HTML, Server-sent events).
 */
import { KEEP_ALIVE } from '../../core/mcp/sse.ts';
import { takesMore } from '../call/accepts-events.ts';
import type { Call } from '../call/call.ts';
import { type Reply, SSE_HEADERS } from '../call/reply.ts';
import type { AnswerParts } from './parts.ts';

/**
 * Long enough for the server's own status to come first, because behind an early head it can only be told in an event: clients of the
 * modern era fall back to the handshake for a 400, which takes a program five seconds of silence (upstream/stdio/era.ts).
 */
const HEAD_AFTER_MS = 10_000;
/** A stream may still be answered with 405, which says more to its client than a stream that ends. */
const STREAM_HEAD_AFTER_MS = 15_000;
/** Below the shortest idle timeout known of proxies. */
const KEEP_ALIVE_MS = 10_000;

/**
 * `events`: the head of a stream, and comments in it. `accepted`: that the message was taken, which is all that there will be.
 * `none`: nothing can be said before the answer.
 */
export type LifeSign = 'events' | 'accepted' | 'none';

export function lifeSignOf(call: Call): LifeSign {
  const { request, id, session, methodName, isElement } = call;
  const { httpMethod, mcpHeaders } = request;
  // On a pipe nobody cuts what is silent.
  if (mcpHeaders === undefined || httpMethod === 'DELETE') return 'none';
  if (httpMethod === 'GET') return 'events';
  if (session?.transport !== undefined) return isElement ? 'none' : 'accepted';
  if (id === null) return isElement ? 'none' : 'accepted';
  // The head of its answer names the session, which only the server knows.
  if (methodName === 'initialize') return 'none';
  return takesMore(call) ? 'events' : 'none';
}

export class Pulse {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #gate: AnswerParts;
  readonly #sign: LifeSign;
  #timer: NodeJS.Timeout | undefined = undefined;
  /** Monotonic milliseconds of the last byte for the client. */
  #lastAt: number;

  constructor(call: Call, reply: Reply, gate: AnswerParts) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#sign = lifeSignOf(call);
    this.#lastAt = gate.clock.monotonic();
    if (this.#sign !== 'none') this.#wait(this.#patience);
  }

  /** Something was written. */
  beat(): void {
    this.#lastAt = this.#gate.clock.monotonic();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #patience(): number {
    if (this.#reply.started) return KEEP_ALIVE_MS;
    return this.#call.request.httpMethod === 'GET' ? STREAM_HEAD_AFTER_MS : HEAD_AFTER_MS;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#onTime(), ms).unref();
  }

  #onTime(): void {
    if (!this.#reply.open) return;
    const silentFor = this.#gate.clock.monotonic() - this.#lastAt;
    // Timers may fire a moment early.
    if (silentFor < this.#patience - 1) {
      this.#wait(this.#patience - silentFor);
      return;
    }
    // Who does not read what is there already gets nothing on top. The head that goes out now is none of that.
    const isRead = this.#reply.unread === 0;
    if (!this.#reply.started) this.#begin();
    if (this.#sign !== 'events') return;
    if (isRead) this.#reply.write(KEEP_ALIVE);
    this.beat();
    this.#wait(KEEP_ALIVE_MS);
  }

  #begin(): void {
    // Of HTTP+SSE the POST ends here, and the answer goes to the stream.
    if (this.#sign === 'accepted' && this.#call.id === null && this.#call.session?.transport === undefined)
      this.#reply.send(202, {}, '');
    else this.#reply.start(200, SSE_HEADERS);
  }
}
