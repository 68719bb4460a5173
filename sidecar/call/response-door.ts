/**
 * The second door: what the server answers, on its way to the client, as HTTP. Answers that are one message are buffered, because
 * what is not whole cannot be decided on; events are taken one at a time; what is said in either is decided on in message-door.ts.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { SseOverflow, messageEvent } from '../../core/mcp/sse.ts';
import type { Gate } from '../gate.ts';
import { isChallenge } from '../oauth/challenge.ts';
import { returnedHeaders } from '../upstream/headers.ts';
import type { Exchange, UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { answerRefusal } from './answer.ts';
import type { Call, Outcome } from './call.ts';
import { endSession } from './end-session.ts';
import { EventDoor, singleLine } from './event-door.ts';
import { MessageDoor, type Passage, UnreadableMessage } from './message-door.ts';
import { openNegotiatedSession } from './negotiated-session.ts';
import { CallStream } from './open-stream.ts';
import type { ProgressOffset } from './progress-offset.ts';
import { record } from './record.ts';
import { type Reply, SSE_HEADERS } from './reply.ts';

/** One message, whole. Nothing behind us may fill our memory. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** `accepted`: over HTTP+SSE the POST itself has no answer. */
type Mode = 'head' | 'stream' | 'events' | 'buffer' | 'accepted' | 'done';

export class ResponseDoor implements UpstreamSink {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #gate: Gate;
  readonly #messages: MessageDoor;
  /** Of streams that stay open. */
  #stream: CallStream | undefined = undefined;
  #exchange: Exchange | undefined = undefined;
  #mode: Mode = 'head';
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #events: EventDoor | undefined = undefined;
  #buffered: Buffer[] = [];
  #bufferedBytes = 0;
  #clientGone = false;
  #waitsForDrain = false;

  constructor(call: Call, reply: Reply, gate: Gate, progress: ProgressOffset | undefined) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#messages = new MessageDoor(call, gate, progress);
  }

  /** Called once the server has been asked; the client may have left in the meantime. */
  attach(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#reply.onClientGone(() => this.#onClientGone());
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
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
    else if (this.#call.session?.transport !== undefined && status < 300) this.#mode = 'accepted';
    else if (this.#call.httpMethod === 'GET' && status < 300) {
      this.#giveUp(refuse('upstream-invalid', `it answered GET with ${type ?? 'no content type'}, not with a stream`));
    } else if (this.#mustBuffer(status, type)) this.#mode = 'buffer';
    else this.#startStream();
  }

  onData(chunk: Buffer): boolean {
    switch (this.#mode) {
      case 'stream':
        return this.#write(chunk);
      case 'events':
        return this.#events === undefined || this.#pushEvents(this.#events, chunk);
      case 'buffer':
        this.#bufferedBytes += chunk.length;
        if (this.#bufferedBytes > MAX_MESSAGE_BYTES) {
          this.#giveUp(refuse('upstream-invalid', `its answer is larger than ${MAX_MESSAGE_BYTES} bytes`));
        } else this.#buffered.push(chunk);
        return true;
      case 'head':
      case 'accepted':
      case 'done':
        return true;
    }
  }

  onEnd(): void {
    switch (this.#mode) {
      case 'buffer':
        this.#sendBuffered();
        return;
      case 'events':
        this.#endEvents();
        return;
      case 'stream':
        this.#reply.end();
        this.#finish(this.#clientGone ? 'client-gone' : this.#call.id === null ? 'accepted' : 'answered', 'forwarded');
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

  onError(error: UpstreamError): void {
    if (this.#mode === 'done') return;
    const refusal = refuse(error.reason, error.message);
    // A JSON answer cut short must look cut short; a stream can still carry an error the client understands.
    if (this.#mode === 'stream') {
      this.#reply.destroy();
      this.#finish('upstream-error', error.reason);
    } else if (this.#mode === 'events' && this.#events?.isResumable === true) {
      // The client can resume this stream with Last-Event-ID: an error event would end what is not over.
      this.#reply.end();
      this.#finish('upstream-error', error.reason);
    } else {
      this.#giveUp(refusal);
    }
  }

  #startStream(): void {
    this.#mode = 'stream';
    this.#reply.start(this.#status, returnedHeaders(this.#headers, true));
  }

  /** Only the caller's own: a message of 2026-07-28 may carry the id of any session, and means none. */
  #closeSessionIfOver(status: number): void {
    const { httpMethod, session } = this.#call;
    if (session !== undefined && (status === 404 || (httpMethod === 'DELETE' && status < 300))) {
      endSession(this.#gate, session);
    }
  }

  #startEvents(): void {
    this.#mode = 'events';
    const { httpMethod, method } = this.#call;
    this.#events = new EventDoor(this.#call, this.#reply, this.#gate, this.#messages, MAX_MESSAGE_BYTES);
    if (!this.#reply.started) {
      this.#reply.start(this.#status, { ...returnedHeaders(this.#headers, false), ...SSE_HEADERS });
    }
    if (httpMethod === 'GET') record(this.#call, this.#gate, 'streaming', 'forwarded');
    if (httpMethod === 'GET' || method?.door === 'listen') this.#stayOpen();
  }

  #stayOpen(): void {
    const stream = new CallStream(this.#call, this.#gate, this.#reply, () => this.#endByGate());
    this.#stream = stream;
    this.#messages.onSubscribed = (granted) => stream.grant(granted);
    this.#gate.streams.add(stream);
  }

  /** An answer to a request is a message; what else a server says to a POST may be one. */
  #mustBuffer(status: number, type: string | undefined): boolean {
    const { message, httpMethod } = this.#call;
    if (httpMethod !== 'POST') return false;
    // A server's words to somebody without a token are those of OAuth, in any form (RFC 6750 §3).
    if (!this.#reply.started && isChallenge(status, this.#call, this.#headers)) return false;
    return message?.kind === 'request' || (type === 'application/json' && status !== 202);
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
    this.#finish(this.#clientGone ? 'client-gone' : 'answered', 'forwarded');
  }

  #sendBuffered(): void {
    const start = this.#gate.clock.monotonic();
    const [only] = this.#buffered;
    const body = this.#buffered.length === 1 && only !== undefined ? only : Buffer.concat(this.#buffered);
    const passage = this.#inspectBody(body);
    if (passage === undefined) return;
    if (passage === 'drop') {
      this.#giveUp(refuse('upstream-invalid', 'it answered with something else than an answer'));
      return;
    }
    if (this.#reply.started) {
      this.#write(messageEvent(singleLine(passage === 'pass' ? body.toString('utf8') : passage.instead)));
      this.#reply.end();
    } else {
      this.#reply.send(
        this.#status,
        returnedHeaders(this.#headers, false),
        passage === 'pass' ? body : passage.instead,
      );
    }
    this.#call.responseDoorMs += this.#gate.clock.monotonic() - start;
    this.#finish(this.#clientGone ? 'client-gone' : this.#call.id === null ? 'accepted' : 'answered', 'forwarded');
  }

  /** Undefined when the call was given up. */
  #inspectBody(body: Buffer): Passage | undefined {
    const type = mediaType(this.#headers);
    let problem = `it answered HTTP ${this.#status} with ${type ?? 'no content type'}`;
    if (type === 'application/json') {
      try {
        return this.#messages.inspect(body);
      } catch (error) {
        if (!(error instanceof UnreadableMessage)) throw error;
        problem += `: ${error.message}`;
      }
    }
    const refusal = refuse('upstream-invalid', problem);
    // The server's own 4xx says more to the client than our 502: 404 ends a session, 405 a probe.
    this.#giveUp(this.#status >= 400 ? refusal.withStatus(this.#status) : refusal);
    return undefined;
  }

  #write(chunk: Buffer): boolean {
    if (!this.#reply.open) return true;
    if (this.#reply.write(chunk)) return true;
    if (!this.#waitsForDrain) {
      // Once for all events of a chunk.
      this.#waitsForDrain = true;
      this.#reply.onDrain(() => {
        this.#waitsForDrain = false;
        this.#exchange?.resume();
      });
    }
    return false;
  }

  /** Its principal is no longer known by what it showed, or its session is over. */
  #endByGate(): void {
    if (this.#mode === 'done') return;
    if (this.#call.id === null) {
      this.#exchange?.abort();
      this.#reply.end();
      this.#finish('streaming', 'ended');
      return;
    }
    const refusal = refuse('unauthenticated', 'what proved who you are is no longer valid; connect again');
    this.#exchange?.abort();
    answerRefusal(this.#call, this.#reply, refusal);
    this.#finish('refused', refusal.reason);
  }

  #giveUp(refusal: Refusal): void {
    this.#exchange?.abort();
    answerRefusal(this.#call, this.#reply, refusal);
    this.#finish('upstream-error', refusal.reason);
  }

  /**
   * In the modern era leaving is cancelling; before, a client that lost its stream may come back for the answer, so the server
   * goes on (MCP 2026-07-28, Cancellation; MCP 2025-11-25, Streamable HTTP, Sending Messages).
   */
  #onClientGone(): void {
    if (this.#mode === 'done') return;
    this.#clientGone = true;
    if (this.#call.revision?.era === 'legacy' && this.#call.httpMethod === 'POST') {
      this.#exchange?.resume();
      return;
    }
    this.#exchange?.abort();
    this.#finish('client-gone', 'forwarded');
  }

  #finish(outcome: Outcome, reason: string): void {
    this.#mode = 'done';
    this.#buffered = [];
    if (this.#stream !== undefined) this.#gate.streams.delete(this.#stream);
    // HTTP+SSE has no session without its stream.
    const { httpMethod, session } = this.#call;
    if (httpMethod === 'GET' && session?.transport?.stream === this.#reply) endSession(this.#gate, session);
    if (outcome === 'upstream-error') this.#gate.metrics.upstreamError(reason);
    record(this.#call, this.#gate, outcome, reason);
  }
}

/** A redirect would lead the client around the gate; what is compressed, although we asked for none, cannot be inspected. */
function whyUnreadable(status: number, headers: IncomingHttpHeaders): string | undefined {
  if (status >= 300 && status < 400) return `it redirects (HTTP ${status}); give its final URL`;
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  return encoding === 'identity' ? undefined : `its answer is encoded as ${encoding}`;
}

function mediaType(headers: IncomingHttpHeaders): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}
