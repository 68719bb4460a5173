/** A reply as lines on standard output: whatever form the answer has, each message in it becomes one line. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import { oneLine } from '../../../core/mcp/one-line.ts';
import { readFields } from '../../../core/mcp/sse.ts';
import { SseSplitter } from '../../../core/mcp/sse-splitter.ts';
import type { Call } from '../../call/call.ts';
import { type Body, type ClientReply, asOne } from '../../call/reply.ts';
import { BatchReply } from '../batch-reply.ts';

const MAX_EVENT_BYTES = 32 * 1024 * 1024;
const LINE_FEED = Buffer.from('\n');

export class StdioReply implements ClientReply {
  readonly #call: Call;
  readonly #output: Writable;
  readonly #onOver: () => void;
  readonly #goneListeners: (() => void)[] = [];
  #events: SseSplitter | undefined = undefined;
  #body: Buffer[] = [];
  #started = false;
  #over = false;

  constructor(call: Call, output: Writable, onOver: () => void) {
    this.#call = call;
    this.#output = output;
    this.#onOver = onOver;
  }

  get started(): boolean {
    return this.#started;
  }

  get open(): boolean {
    return !this.#over;
  }

  get unread(): number {
    return this.#output.writableLength;
  }

  send(_status: number, _headers: OutgoingHttpHeaders, body: Body): void {
    if (this.#over) return;
    this.#finish();
    if (body.length > 0 && this.#isAwaited()) this.#writeLine(asOne(body));
  }

  start(_status: number, headers: OutgoingHttpHeaders): void {
    this.#started = true;
    if (headers['content-type'] === 'text/event-stream') this.#events = new SseSplitter(MAX_EVENT_BYTES);
  }

  write(chunk: Buffer): boolean {
    if (this.#over) return true;
    if (this.#events === undefined) {
      this.#body.push(chunk);
      return true;
    }
    let writable = true;
    for (const event of this.#events.push(chunk)) {
      const { data } = readFields(event);
      if (data !== undefined && data.length > 0) writable = this.#writeLine(data) && writable;
    }
    return writable;
  }

  end(): void {
    if (this.#over) return;
    this.#finish();
    if (this.#body.length > 0) this.#writeLine(Buffer.concat(this.#body));
  }

  destroy(): void {
    if (!this.#over) this.#finish();
  }

  onDrain(resume: () => void): void {
    this.#output.once('drain', resume);
  }

  onClientGone(listener: () => void): void {
    this.#goneListeners.push(listener);
  }

  forMessage(): this {
    return this;
  }

  split(list: Call, count: number): BatchReply {
    return new BatchReply(list, this, count);
  }

  /** The conversation ended before this answer did. */
  clientGone(): void {
    if (this.#over) return;
    this.#finish();
    for (const listener of this.#goneListeners) listener();
  }

  /** Nobody waits for an answer to a notification or to our own stream: the client could not place an error about one. */
  #isAwaited(): boolean {
    const { request, awaits } = this.#call;
    return request.httpMethod === 'POST' && awaits !== 'nothing';
  }

  #finish(): void {
    this.#over = true;
    this.#onOver();
  }

  #writeLine(json: Buffer | string): boolean {
    const line = oneLine(json);
    return this.#output.write(Buffer.concat([line, LINE_FEED]));
  }
}
