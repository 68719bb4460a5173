/**
 * The second door: what the server answers, on its way to the client.
 * Whole answers are buffered only where something in them may change; events are taken one at a time and forwarded as their
 * original bytes; everything else streams through.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { type SseEvent, SseOverflow, SseSplitter, messageEvent, readFields, replaceData } from '../../core/mcp/sse.ts';
import type { Gate } from '../gate.ts';
import { returnedHeaders } from '../upstream/headers.ts';
import type { Exchange, UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { answerRefusal } from './answer.ts';
import type { Call, Outcome } from './call.ts';
import { filterLists } from './filter-list.ts';
import { record } from './record.ts';
import { type Reply, SSE_HEADERS } from './reply.ts';
import { openNegotiatedSession } from './negotiated-session.ts';
import type { ProgressOffset } from './progress-offset.ts';

/** Larger answers and events are broken off: nothing behind us may fill our memory. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

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
  #splitter: SseSplitter | undefined = undefined;
  #buffered: Buffer[] = [];
  #bufferedBytes = 0;
  #sawAnswer = false;
  #sawEventId = false;
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
    openNegotiatedSession(this.#call, this.#gate, status, headers, undefined);
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
        return this.#pushEvents(chunk);
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
    } else if (this.#mode === 'events' && this.#sawEventId && this.#call.revision?.era === 'legacy') {
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
    this.#splitter = new SseSplitter(MAX_BUFFERED_BYTES);
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

  #pushEvents(chunk: Buffer): boolean {
    const start = this.#gate.clock.monotonic();
    let events: SseEvent[];
    try {
      events = this.#splitter?.push(chunk) ?? [];
    } catch (error) {
      if (!(error instanceof SseOverflow)) throw error;
      this.#giveUp(refuse('upstream-invalid', error.message));
      return true;
    }
    let writable = true;
    for (const event of events) writable = this.#write(this.#inspectEvent(event).raw) && writable;
    this.#call.responseDoorMs += this.#gate.clock.monotonic() - start;
    return writable;
  }

  #inspectEvent(event: SseEvent): SseEvent {
    if (!this.#sawAnswer) this.#sawAnswer = event.raw.includes('"result"') || event.raw.includes('"error"');
    if (!this.#mustRead(event)) return event;
    const fields = readFields(event);
    if (fields.id !== undefined) this.#sawEventId = true;
    if (fields.data === undefined || fields.data === '') return event;
    openNegotiatedSession(this.#call, this.#gate, this.#status, this.#headers, fields.data);
    const changed = this.#progress?.apply(fields.data) ?? this.#filter(fields.data);
    return changed === undefined ? event : replaceData(event, changed);
  }

  /** Events of an ordinary call carry nothing that a list filter could change; reading them would cost for nothing. */
  #mustRead(event: SseEvent): boolean {
    const { message, method, httpMethod } = this.#call;
    if (httpMethod === 'GET' || method?.door === 'filter' || this.#progress !== undefined) return true;
    if (message?.kind === 'request' && message.method === 'initialize') return true;
    return !this.#sawEventId && event.raw.includes('id:');
  }

  /** Undefined when nothing changes, or when it is not JSON: then no client can read it as a list either. */
  #filter(json: string): string | undefined {
    const { policy, principal, revision } = this.#call;
    if (policy === undefined || principal === undefined || revision === undefined) return undefined;
    try {
      // A stream outlives changes of policy: what is in force now counts.
      return filterLists(json, { policy: this.#gate.policy.current() ?? policy, principal, revision });
    } catch {
      return undefined;
    }
  }

  #endEvents(): void {
    // What follows the last complete event is no event (WHATWG HTML, Server-sent events, Interpreting an event stream).
    if (this.#call.id !== null && !this.#sawAnswer && !this.#sawEventId) {
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
    openNegotiatedSession(this.#call, this.#gate, this.#status, this.#headers, json);
    const filtered = this.#call.method?.door === 'filter' ? this.#filter(json) : undefined;
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
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** Line breaks of a valid JSON text stand between its tokens only. */
function singleLine(json: string): string {
  return json.replaceAll(/[\r\n]/g, ' ');
}
