/** An answer that is a stream of events, each of which is decided on by itself (../events.ts). It may never end. */
import type { IncomingHttpHeaders } from 'node:http';
import { refuse } from '../../../core/mcp/refusals.ts';
import { SseOverflow } from '../../../core/mcp/sse.ts';
import { endSession } from '../../call/end-session.ts';
import { settle } from '../../call/settle.ts';
import { SSE_HEADERS } from '../../call/reply.ts';
import { returnedHeaders } from '../../upstream/http/headers.ts';
import { UnreadableMessage } from '../check.ts';
import type { Delivery } from '../delivery.ts';
import { EventDoor } from '../events.ts';
import { isOnEndpoint } from '../sessions.ts';
import { MAX_MESSAGE_BYTES } from '../max-message.ts';
import type { AnswerForm, Rest } from './form.ts';

/** For a server to end the stream of an answer that its client has, whole; nobody reads on. */
const AFTER_ANSWER_MS = 1_000;

export class EventsForm implements AnswerForm {
  readonly #delivery: Delivery;
  readonly #events: EventDoor;
  #isWritable = true;
  readonly #write = (piece: Buffer): void => {
    this.#isWritable = this.#delivery.write(piece) && this.#isWritable;
  };

  constructor(delivery: Delivery, status: number, headers: IncomingHttpHeaders) {
    this.#delivery = delivery;
    const { call, reply, gate, messages } = delivery;
    this.#events = new EventDoor(call, reply, gate, messages, MAX_MESSAGE_BYTES);
    if (!reply.started) reply.start(status, { ...returnedHeaders(headers, false), ...SSE_HEADERS });
    if (call.request.httpMethod === 'GET') settle(call, gate, 'streaming', 'forwarded');
  }

  get rest(): Rest {
    return this.#delivery.messages.sawAnswer ? 'answered' : 'refused';
  }

  get isResumable(): boolean {
    return this.#events.isResumable;
  }

  take(chunk: Buffer): boolean {
    const { call, gate } = this.#delivery;
    const start = gate.clock.monotonic();
    this.#isWritable = true;
    try {
      this.#events.push(chunk, this.#write);
    } catch (error) {
      if (!(error instanceof SseOverflow || error instanceof UnreadableMessage)) throw error;
      this.#delivery.giveUp(refuse('upstream-invalid', error.message));
    }
    call.course.responseDoorMs += gate.clock.monotonic() - start;
    this.#endSoon();
    return this.#isWritable && this.hasRoom();
  }

  end(): void {
    const { call, messages, reply } = this.#delivery;
    // What follows the last complete event is no event (WHATWG HTML, Server-sent events, Interpreting an event stream).
    if (call.id !== null && !messages.sawAnswer && !this.#events.isResumable) {
      this.#delivery.giveUp(refuse('upstream-broken', 'it ended its stream without an answer'));
      return;
    }
    reply.end();
    this.#delivery.finish('answered', 'forwarded');
  }

  close(): void {
    this.#events.end();
    const { call, reply, gate } = this.#delivery;
    const { request, session } = call;
    // HTTP+SSE has no session without its stream.
    if (request.httpMethod === 'GET' && session?.transport?.stream === reply) endSession(gate, session);
  }

  /** The event that has begun, and what the client has not taken. What several calls write to is counted by whoever owns it. */
  hasRoom(): boolean {
    const { call, reply, room, isOver } = this.#delivery;
    if (isOver) return true;
    const unread = call.isElement || isOnEndpoint(call) ? 0 : reply.unread;
    return room.holds(this.#events.heldBytes + unread);
  }

  #endSoon(): void {
    const { messages, reply, isOver } = this.#delivery;
    if (isOver || !messages.sawAnswer || reply.open) return;
    this.#delivery.within(AFTER_ANSWER_MS, () => {
      this.#delivery.abort();
      this.#delivery.finish('answered', 'forwarded');
    });
  }
}
