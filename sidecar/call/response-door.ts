/**
 * The second door: what the server answers, on its way to the client, as HTTP. An answer that is one message is taken whole, because
 * what is not whole cannot be decided on; events are taken one at a time; what is said in either is decided on in message-door.ts.
 */
import { isAscii } from 'node:buffer';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { SseOverflow, messageEvent } from '../../core/mcp/sse.ts';
import type { Gate } from '../gate.ts';
import { isChallenge } from '../oauth/challenge.ts';
import { returnedHeaders } from '../upstream/headers.ts';
import type { Exchange, UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { answerRefusal } from './answer.ts';
import { AnswerRoom } from './answer-room.ts';
import { expectedBytes, isLatin1, mediaType, whyUnreadable, withoutMark } from './answer-head.ts';
import type { Call, Outcome } from './call.ts';
import { endSession } from './end-session.ts';
import { EventDoor } from './event-door.ts';
import { MessageDoor, type Passage, UnreadableMessage } from './message-door.ts';
import { openNegotiatedSession } from './negotiated-session.ts';
import { CallStream } from './open-stream.ts';
import type { ProgressOffset } from './progress-offset.ts';
import { record } from './record.ts';
import { Collector } from '../memory/collector.ts';
import { type Reply, SSE_HEADERS } from './reply.ts';

/** One message, whole. Nothing behind us may fill our memory. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** How long the server may go on for a client that left and may come back for the answer. */
const AFTER_LEAVING_MS = 5 * 60_000;
/** Over HTTP+SSE; careless servers say so only when they are done. */
const ACCEPT_WITHIN_MS = 30 * 60_000;

/**
 * `raw`: what a server says to somebody without a token, in any form (RFC 6750 §3).
 * `accepted`: over HTTP+SSE the POST itself has no answer.
 */
type Mode = 'head' | 'events' | 'whole' | 'raw' | 'accepted' | 'done';

export class ResponseDoor implements UpstreamSink {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #gate: Gate;
  readonly #messages: MessageDoor;
  /** Of what stays open until somebody ends it. */
  #stream: CallStream | undefined = undefined;
  #exchange: Exchange | undefined = undefined;
  #mode: Mode = 'head';
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #events: EventDoor | undefined = undefined;
  #whole = new Collector();
  readonly #room: AnswerRoom;
  #afterLeaving: NodeJS.Timeout | undefined = undefined;
  #deadline: NodeJS.Timeout | undefined = undefined;
  #waitsForDrain = false;

  constructor(call: Call, reply: Reply, gate: Gate, progress: ProgressOffset | undefined) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#messages = new MessageDoor(call, gate, progress);
    this.#room = new AnswerRoom(
      call,
      () => this.#exchange?.resume(),
      (refusal) => this.#giveUpUnread(refusal),
    );
  }

  /** Called once the server has been asked; it may have answered, and the client have left, in the meantime. */
  attach(exchange: Exchange): void {
    this.#exchange = exchange;
    if (this.#mode === 'done') return;
    if (this.#call.httpMethod === 'GET' || this.#call.method?.door === 'listen') this.#stayOpen();
    // There a POST says nothing but that it was taken, and its client does not wait for more.
    if (this.#isOnEndpoint) this.#deadline = setTimeout(() => this.#onDeadline(), ACCEPT_WITHIN_MS).unref();
    this.#reply.onClientGone(() => this.#onClientGone());
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    this.#guarded(() => this.#takeHead(status, headers));
  }

  onData(chunk: Buffer): boolean {
    return this.#guarded(() => this.#takeData(chunk)) ?? true;
  }

  onEnd(): void {
    this.#guarded(() => this.#takeEnd());
  }

  onError(error: UpstreamError): void {
    if (this.#mode === 'done') return;
    if (this.#mode === 'raw') {
      // Cut short, so that nobody takes it for whole.
      this.#reply.destroy();
      this.#finish('upstream-error', error.reason);
    } else if (this.#mode === 'events' && this.#events?.isResumable === true) {
      // The client can resume this stream with Last-Event-ID: an error event would end what is not over.
      this.#reply.end();
      this.#finish('upstream-error', error.reason);
    } else this.#giveUp(refuse(error.reason, error.message));
  }

  /** What throws has decided nothing, so nothing more of the answer passes; and who calls us could not answer in our place. */
  #guarded<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.#gate.log.error({ err: error, traceId: this.#call.traceId }, 'an answer could not be inspected');
      if (this.#mode !== 'done') this.#giveUp(refuse('upstream-invalid', 'its answer could not be inspected'));
      return undefined;
    }
  }

  #takeHead(status: number, headers: IncomingHttpHeaders): void {
    if (this.#mode === 'done') return;
    this.#call.upstreamMs = this.#gate.clock.monotonic() - this.#call.forwardedAt;
    this.#status = status;
    this.#headers = headers;
    const unreadable = whyUnreadable(status, headers);
    if (unreadable !== undefined) {
      this.#giveUp(refuse('upstream-invalid', unreadable));
      return;
    }
    if (status < 300) openNegotiatedSession(this.#call, this.#gate, headers);
    this.#closeSessionIfOver(status);
    const type = mediaType(headers);
    if (type === 'text/event-stream' && status < 300) this.#startEvents();
    else if (this.#isOnEndpoint && status < 300) this.#mode = 'accepted';
    else if (this.#call.httpMethod === 'GET' && status < 300) {
      this.#giveUp(refuse('upstream-invalid', `it answered GET with ${type ?? 'no content type'}, not with a stream`));
    } else if (this.#mayPassRaw(status, headers)) {
      this.#mode = 'raw';
      this.#reply.start(status, returnedHeaders(headers, true));
    } else {
      this.#mode = 'whole';
      this.#whole = new Collector(expectedBytes(headers));
    }
  }

  #takeData(chunk: Buffer): boolean {
    switch (this.#mode) {
      case 'raw':
        return this.#write(chunk);
      case 'events':
        return this.#events === undefined || (this.#pushEvents(this.#events, chunk) && this.#holdsEvents());
      case 'whole':
        // For a client that left, it is enough that the server has come to an end.
        if (this.#afterLeaving !== undefined) return true;
        if (this.#whole.length + chunk.length > MAX_MESSAGE_BYTES) {
          this.#giveUp(refuse('upstream-invalid', `its answer is larger than ${MAX_MESSAGE_BYTES} bytes`));
          return true;
        }
        this.#whole.push(chunk);
        return this.#room.holds(this.#whole.length, this.#whole.expected);
      case 'head':
      case 'accepted':
      case 'done':
        return true;
    }
  }

  #takeEnd(): void {
    switch (this.#mode) {
      case 'whole':
        this.#endWhole();
        return;
      case 'events':
        this.#endEvents();
        return;
      case 'raw':
        this.#reply.end();
        this.#finish(this.#call.id === null ? 'accepted' : 'answered', 'forwarded');
        return;
      case 'accepted':
        if (!this.#reply.started) this.#reply.send(202, {}, '');
        this.#finish('accepted', 'forwarded');
        return;
      case 'head':
      case 'done':
        return;
    }
  }

  /** The call was posted to the address of an HTTP+SSE session, whose stream carries all answers. */
  get #isOnEndpoint(): boolean {
    return this.#call.httpMethod === 'POST' && this.#call.session?.transport !== undefined;
  }

  /** Only where it is an answer of its own: among others, and on a stream, it would be taken for a message. */
  #mayPassRaw(status: number, headers: IncomingHttpHeaders): boolean {
    return (
      !this.#reply.started && !this.#call.isElement && !this.#isOnEndpoint && isChallenge(status, this.#call, headers)
    );
  }

  /** Only the caller's own: a message of 2026-07-28 may carry the id of any session, and means none. */
  #closeSessionIfOver(status: number): void {
    const { httpMethod, session } = this.#call;
    // A server that has no route for GET says 404 as well, and means no session.
    const isOver = httpMethod === 'GET' ? false : status === 404 || (httpMethod === 'DELETE' && status < 300);
    if (session !== undefined && isOver) {
      endSession(this.#gate, session);
    }
  }

  #startEvents(): void {
    this.#mode = 'events';
    this.#events = new EventDoor(this.#call, this.#reply, this.#gate, this.#messages, MAX_MESSAGE_BYTES);
    if (!this.#reply.started) {
      this.#reply.start(this.#status, { ...returnedHeaders(this.#headers, false), ...SSE_HEADERS });
    }
    if (this.#call.httpMethod === 'GET') record(this.#call, this.#gate, 'streaming', 'forwarded');
  }

  /** Already while the server has not answered: what ends streams must not miss one that is about to open. */
  #stayOpen(): void {
    const stream = new CallStream(this.#call, this.#gate, this.#reply, (refusal) => this.#endByGate(refusal));
    this.#stream = stream;
    this.#messages.onSubscribed = (granted) => stream.grant(granted);
    this.#gate.streams.add(stream);
    this.#gate.metrics.openStreams(1);
  }

  #pushEvents(door: EventDoor, chunk: Buffer): boolean {
    const start = this.#gate.clock.monotonic();
    let writable = true;
    try {
      door.push(chunk, (piece) => {
        writable = this.#write(piece) && writable;
      });
    } catch (error) {
      if (!(error instanceof SseOverflow || error instanceof UnreadableMessage)) throw error;
      this.#giveUp(refuse('upstream-invalid', error.message));
    }
    this.#call.responseDoorMs += this.#gate.clock.monotonic() - start;
    return writable;
  }

  #endEvents(): void {
    // What follows the last complete event is no event (WHATWG HTML, Server-sent events, Interpreting an event stream).
    if (this.#call.id !== null && !this.#messages.sawAnswer && this.#events?.isResumable !== true) {
      this.#giveUp(refuse('upstream-broken', 'it ended its stream without an answer'));
      return;
    }
    this.#reply.end();
    this.#finish('answered', 'forwarded');
  }

  #endWhole(): void {
    if (this.#afterLeaving !== undefined) {
      this.#finish('client-gone', 'forwarded');
      return;
    }
    const start = this.#gate.clock.monotonic();
    const body = withoutMark(this.#whole.take());
    if (this.#call.id === null) this.#sendBesides(body);
    else this.#sendAnswer(body);
    this.#call.responseDoorMs += this.#gate.clock.monotonic() - start;
  }

  /** What is said to something that has no answer: the status counts, and the body only if it is a message that passes. */
  #sendBesides(body: Buffer): void {
    const passage = this.#inspectWhole(body);
    const headers = returnedHeaders(this.#headers, false);
    if (passage === 'pass') this.#reply.send(this.#status, headers, body);
    else if (typeof passage === 'object' && 'instead' in passage)
      this.#reply.send(this.#status, headers, passage.instead);
    else {
      delete headers['content-type'];
      this.#reply.send(this.#status, headers, '');
    }
    this.#finish('accepted', 'forwarded');
  }

  #sendAnswer(body: Buffer): void {
    const passage = this.#inspectWhole(body);
    const isUnreadable = typeof passage === 'object' && 'unreadable' in passage;
    if (isUnreadable || passage === 'drop' || !this.#messages.sawAnswer) {
      const problem = isUnreadable ? passage.unreadable : 'it answered with something else than an answer to the call';
      const refusal = refuse('upstream-invalid', problem);
      // The server's own 4xx says more to the client than our 502: 404 ends a session, 405 a probe.
      const saidJson = mediaType(this.#headers) === 'application/json';
      if (this.#status >= 400) this.#giveUp(refusal.withStatus(this.#status), returnedHeaders(this.#headers, false));
      // The session is in order: clients end it for a status that says otherwise.
      else if (saidJson) this.#giveUp(refusal.withStatus(this.#status));
      else this.#giveUp(refusal);
      return;
    }
    if (this.#reply.started) {
      this.#write(messageEvent(passage === 'pass' ? body : passage.instead));
      this.#reply.end();
    } else {
      const shown = passage === 'pass' ? body : passage.instead;
      this.#reply.send(this.#status, returnedHeaders(this.#headers, false), shown);
    }
    this.#finish('answered', 'forwarded');
  }

  #inspectWhole(body: Buffer): Passage | { readonly unreadable: string } {
    const type = mediaType(this.#headers);
    const answered = `it answered HTTP ${this.#status} with ${type ?? 'no content type'}`;
    if (type !== 'application/json') return { unreadable: answered };
    // Java's servlets say Latin-1 where nothing was said; that is UTF-8 as long as it is ASCII.
    if (isLatin1(this.#headers) && !isAscii(body)) return { unreadable: `${answered} in Latin-1, not in UTF-8` };
    try {
      return this.#messages.inspect(body, true);
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      return { unreadable: `${answered}: ${error.message}` };
    }
  }

  #write(chunk: Buffer): boolean {
    if (!this.#reply.open) return true;
    if (this.#reply.write(chunk)) return true;
    if (!this.#waitsForDrain) {
      // Once for all events of a chunk.
      this.#waitsForDrain = true;
      this.#reply.onDrain(() => {
        this.#waitsForDrain = false;
        if (this.#holdsEvents()) this.#exchange?.resume();
      });
    }
    return false;
  }

  #onDeadline(): void {
    if (this.#mode === 'done') return;
    // The answer may have come on the stream long before.
    if (this.#call.asked?.open === false) this.#leave();
    else this.#giveUp(refuse('upstream-broken', 'it did not say that it has taken the message'));
  }

  /** Its principal is no longer known by what it showed, or its session is over. */
  #endByGate(refusal: Refusal): void {
    if (this.#mode === 'done') return;
    this.#exchange?.abort();
    if (this.#call.id === null && this.#reply.started) {
      this.#reply.end();
      this.#finish('streaming', 'ended');
      return;
    }
    answerRefusal(this.#call, this.#reply, refusal);
    this.#finish('refused', refusal.reason);
  }

  /** The event that has begun, and what the client has not taken. What several calls write to is counted by whoever owns it. */
  #holdsEvents(): boolean {
    if (this.#mode === 'done') return true;
    const unread = this.#call.isElement || this.#isOnEndpoint ? 0 : this.#reply.unread;
    return this.#room.holds((this.#events?.heldBytes ?? 0) + unread);
  }

  /** What the client has not taken is what takes up the room: it must not wait behind it for the words. */
  #giveUpUnread(refusal: Refusal): void {
    if (this.#mode === 'done') {
      this.#reply.destroy();
      return;
    }
    const { unread } = this.#reply;
    this.#giveUp(refusal);
    if (unread > 0) this.#reply.destroy();
  }

  /** `said` are headers of the server that go with its status, such as Retry-After. */
  #giveUp(refusal: Refusal, said: OutgoingHttpHeaders = {}): void {
    this.#exchange?.abort();
    if (this.#messages.sawAnswer && this.#mode === 'events') {
      // The client has its answer; what went wrong behind it is nothing to it, and a second answer would be.
      this.#reply.end();
      this.#finish('answered', 'forwarded');
      return;
    }
    answerRefusal(this.#call, this.#reply, refusal, said);
    this.#finish('upstream-error', refusal.reason);
  }

  /**
   * In the modern era leaving is cancelling; before, a client that lost its stream may come back for the answer, so the server
   * goes on (MCP 2026-07-28, Cancellation; MCP 2025-11-25, Streamable HTTP, Sending Messages), though not for ever.
   */
  #onClientGone(): void {
    if (this.#mode === 'done') return;
    const mayComeBack =
      this.#call.revision?.era === 'legacy' && this.#call.httpMethod === 'POST' && !this.#isOnEndpoint;
    // Where the client resumes the stream, the server keeps what it says meanwhile, and takes two readers of one stream for a conflict.
    if (mayComeBack && this.#events?.isResumable !== true) {
      this.#afterLeaving = setTimeout(() => this.giveUpWaiting(), AFTER_LEAVING_MS).unref();
      this.#gate.leftBehind.add(this, this.#call.principal);
      this.#exchange?.resume();
      return;
    }
    this.#leave();
  }

  /** The server has gone on long enough for nobody. */
  giveUpWaiting(): void {
    this.#leave();
  }

  #leave(): void {
    this.#exchange?.abort();
    this.#finish('client-gone', 'forwarded');
  }

  #finish(outcome: Outcome, reason: string): void {
    if (this.#mode === 'done') return;
    this.#mode = 'done';
    this.#whole.take();
    clearTimeout(this.#deadline);
    if (this.#afterLeaving !== undefined) {
      clearTimeout(this.#afterLeaving);
      this.#gate.leftBehind.delete(this, this.#call.principal);
    }
    if (this.#stream !== undefined) {
      this.#gate.streams.delete(this.#stream);
      this.#gate.metrics.openStreams(-1);
    }
    // HTTP+SSE has no session without its stream.
    const { httpMethod, session } = this.#call;
    if (httpMethod === 'GET' && session?.transport?.stream === this.#reply) endSession(this.#gate, session);
    this.#events?.end();
    const ended = this.#afterLeaving === undefined ? outcome : 'client-gone';
    if (ended === 'upstream-error') this.#gate.metrics.upstreamError(reason);
    record(this.#call, this.#gate, ended, reason);
  }
}
