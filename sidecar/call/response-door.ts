/**
 * The second door: what the server answers, on its way to the client.
 * Whole answers are buffered only where something in them may change; events are taken one at a time and forwarded as their
 * original bytes; everything else streams through.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from '../../core/mcp/message.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { SseOverflow, messageEvent } from '../../core/mcp/sse.ts';
import type { Gate } from '../gate.ts';
import { returnedHeaders } from '../upstream/headers.ts';
import type { Exchange, UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { answerRefusal } from './answer.ts';
import type { Call, Outcome } from './call.ts';
import { EventDoor } from './event-door.ts';
import { filterForCaller } from './filter-list.ts';
import { record } from './record.ts';
import { type Reply, SSE_HEADERS } from './reply.ts';
import { openNegotiatedSession } from './negotiated-session.ts';
import type { ProgressOffset } from './progress-offset.ts';

/** Answers that are parsed: parsing takes several times their size, and the image gives the heap 64 MiB. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Events, most of which pass as bytes. Larger ones are broken off: nothing behind us may fill our memory. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

type Mode = 'head' | 'stream' | 'events' | 'buffer' | 'done';

export class ResponseDoor implements UpstreamSink {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #gate: Gate;
  /** Set when the gate has sent progress of its own on this call. */
  readonly #progress: ProgressOffset | undefined;
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
    this.#progress = progress;
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
    if (status < 300) openNegotiatedSession(this.#call, this.#gate, headers, undefined);
    this.#closeSessionIfOver(status);
    const type = mediaType(headers);
    if (type === 'text/event-stream' && status < 300) this.#startEvents();
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
        if (this.#bufferedBytes > MAX_BUFFERED_BYTES) {
          this.#giveUp(refuse('upstream-invalid', `its answer is larger than ${MAX_BUFFERED_BYTES} bytes`));
        } else this.#buffered.push(chunk);
        return true;
      case 'head':
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
      this.#gate.sessions.close(session.id);
    }
  }

  #startEvents(): void {
    this.#mode = 'events';
    this.#events = new EventDoor(this.#call, this.#gate, this.#headers, this.#progress, MAX_EVENT_BYTES);
    if (!this.#reply.started) {
      this.#reply.start(this.#status, { ...returnedHeaders(this.#headers, false), ...SSE_HEADERS });
    }
    if (this.#call.httpMethod === 'GET') record(this.#call, this.#gate, 'streaming', 'forwarded');
  }

  #mustBuffer(status: number, type: string | undefined): boolean {
    const { message, method, httpMethod } = this.#call;
    if (httpMethod !== 'POST' || message?.kind !== 'request') return false;
    if (type !== 'application/json' || status >= 300) return true;
    return this.#reply.started || method?.door === 'filter' || message.method === 'initialize';
  }

  #pushEvents(door: EventDoor, chunk: Buffer): boolean {
    const start = this.#gate.clock.monotonic();
    let writable = true;
    try {
      for (const piece of door.push(chunk)) writable = this.#write(piece) && writable;
    } catch (error) {
      if (!(error instanceof SseOverflow)) throw error;
      this.#giveUp(refuse('upstream-invalid', error.message));
    }
    this.#call.responseDoorMs += this.#gate.clock.monotonic() - start;
    return writable;
  }

  #endEvents(): void {
    // What follows the last complete event is no event (WHATWG HTML, Server-sent events, Interpreting an event stream).
    if (this.#call.id !== null && this.#events?.sawAnswer === false && !this.#events.isResumable) {
      this.#giveUp(refuse('upstream-broken', 'it ended its stream without an answer'));
      return;
    }
    this.#reply.end();
    this.#finish(this.#clientGone ? 'client-gone' : 'answered', 'forwarded');
  }

  #sendBuffered(): void {
    const start = this.#gate.clock.monotonic();
    const body = Buffer.concat(this.#buffered);
    const json = body.toString('utf8');
    if (mediaType(this.#headers) !== 'application/json' || !isJsonObject(json)) {
      const about = `it answered HTTP ${this.#status} with ${mediaType(this.#headers) ?? 'no content type'}`;
      const refusal = refuse('upstream-invalid', about);
      // The server's own 4xx says more to the client than our 502: 404 ends a session, 405 a probe.
      if (this.#status >= 400) refusal.status = this.#status;
      this.#giveUp(refusal);
      return;
    }
    if (this.#status < 300) openNegotiatedSession(this.#call, this.#gate, this.#headers, json);
    const filtered = this.#call.method?.door === 'filter' ? filterForCaller(json, this.#call, this.#gate) : undefined;
    if (this.#reply.started) {
      this.#write(messageEvent(singleLine(filtered ?? json)));
      this.#reply.end();
    } else {
      this.#reply.send(this.#status, returnedHeaders(this.#headers, false), filtered ?? body);
    }
    this.#call.responseDoorMs += this.#gate.clock.monotonic() - start;
    this.#finish(this.#clientGone ? 'client-gone' : 'answered', 'forwarded');
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

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    // Lists (batches) are answers to nothing that was let in, and no list filter looks into them.
    return isObject(value);
  } catch {
    return false;
  }
}

/** Line breaks of a valid JSON text stand between its tokens only. */
function singleLine(json: string): string {
  return json.replaceAll(/[\r\n]/g, ' ');
}
