/**
 * An answer in the form that its client takes, whatever form it has at the server (RFC 9110 §12.5.1): servers that are programs are
 * heard as events, careless servers answer in one way only. What takes neither gets what there is, as that RFC allows.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import { JSON_TYPE, isJsonType } from '../../core/mcp/accept.ts';
import { readServerMessage } from '../../core/mcp/server-message.ts';
import { messageEvent, readFields } from '../../core/mcp/sse.ts';
import { SseSplitter } from '../../core/mcp/sse-splitter.ts';
import { acceptsEvents, acceptsJson } from '../call/accepts-events.ts';
import type { Call } from '../call/call.ts';
import { MAX_MESSAGE_BYTES } from './max-message.ts';
import { type BatchAnswers, type Body, type ClientReply, type Reply, SSE_HEADERS, asOne } from '../call/reply.ts';

/** For a POST of Streamable HTTP; its calls in a batch are gathered by the batch, in the same way. */
export function heedAccept(call: Call, reply: ClientReply): ClientReply {
  if (
    call.request.mcpHeaders === undefined ||
    call.request.httpMethod !== 'POST' ||
    call.isElement ||
    call.request.isPostedToEndpoint
  )
    return reply;
  const [json, events] = [acceptsJson(call), acceptsEvents(call)];
  if (json === events) return reply;
  return json ? new JsonReply(call, reply) : new EventsReply(call, reply);
}

/** What both have in common: all that is not about the form of the answer. */
abstract class Converted implements ClientReply {
  protected readonly call: Call;
  protected readonly reply: ClientReply;

  constructor(call: Call, reply: ClientReply) {
    this.call = call;
    this.reply = reply;
  }

  get started(): boolean {
    return this.reply.started;
  }

  get open(): boolean {
    return this.reply.open;
  }

  get unread(): number {
    return this.reply.unread;
  }

  send(status: number, headers: OutgoingHttpHeaders, body: Body): void {
    this.reply.send(status, headers, body);
  }

  start(status: number, headers: OutgoingHttpHeaders): void {
    this.reply.start(status, headers);
  }

  write(chunk: Buffer): boolean {
    return this.reply.write(chunk);
  }

  end(): void {
    this.reply.end();
  }

  destroy(): void {
    this.reply.destroy();
  }

  onDrain(resume: () => void): void {
    this.reply.onDrain(resume);
  }

  onClientGone(listener: () => void): void {
    this.reply.onClientGone(listener);
  }

  forMessage(): Reply {
    return this;
  }

  /** A list is answered in the form that its client takes as it is. */
  split(list: Call, count: number): BatchAnswers {
    return this.reply.split(list, count);
  }
}

/** For a client that takes no events: of a stream the answer alone, as soon as it is there; the stream may stay open behind it. */
class JsonReply extends Converted {
  /** Set once events begin. */
  #events: SseSplitter | undefined = undefined;
  #status = 200;
  #headers: OutgoingHttpHeaders = {};

  override get started(): boolean {
    return this.#events !== undefined || this.reply.started;
  }

  override start(status: number, headers: OutgoingHttpHeaders): void {
    if (headers['content-type'] !== SSE_HEADERS['content-type']) {
      this.reply.start(status, headers);
      return;
    }
    this.#events = new SseSplitter(MAX_MESSAGE_BYTES);
    this.#status = status;
    this.#headers = { ...headers, 'content-type': JSON_TYPE };
    delete this.#headers['x-accel-buffering'];
  }

  override write(chunk: Buffer): boolean {
    if (this.#events === undefined) return this.reply.write(chunk);
    for (const { raw } of this.#events.push(chunk)) {
      const { data } = readFields({ raw });
      if (data !== undefined && this.#isAnswer(data)) this.reply.send(this.#status, this.#headers, data);
    }
    return true;
  }

  override end(): void {
    if (this.#events === undefined) this.reply.end();
    else if (this.reply.open) this.reply.send(202, {}, '');
  }

  /** Nobody could take progress, or answer a request, that comes together with the answer; and answers to others are others'. */
  #isAnswer(data: Buffer): boolean {
    const message = readServerMessage(data);
    if (typeof message === 'string' || message.kind !== 'response') return false;
    return message.id === undefined || String(message.id) === String(this.call.id);
  }
}

/** For a client that takes nothing but events. A status that is an error says more than its body, and goes as it is. */
class EventsReply extends Converted {
  override send(status: number, headers: OutgoingHttpHeaders, body: Body): void {
    if (status !== 200 || body.length === 0 || !isJsonType(headers['content-type'])) {
      this.reply.send(status, headers, body);
      return;
    }
    const { 'content-length': _, ...others } = headers;
    this.reply.start(status, { ...others, ...SSE_HEADERS });
    this.reply.write(messageEvent(asOne(body)));
    this.reply.end();
  }
}
