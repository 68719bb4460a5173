/**
 * One child process as the far end of one conversation: requests are matched to answers by id, and what the server says of its
 * own accord goes where it belongs. Answers leave in the form of Streamable HTTP, so that one response door serves all.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type JsonObject, type MessageId, isMessageId, isObject } from '../../core/mcp/message.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { Call } from '../call/call.ts';
import { progressTokenOf } from '../call/progress-offset.ts';
import { NOTHING_TO_STOP, answerInstead } from './answer-instead.ts';
import { type ChildEvents, StdioChild, type StdioCommand } from './stdio-child.ts';
import { type Exchange, UpstreamError, type UpstreamSink } from './upstream.ts';

/** Messages kept for a client that has no stream open; older ones are dropped first. */
const MAX_QUEUED = 100;
/** A server that does not read must not fill our memory with what its client sends. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

interface Pending {
  readonly sink: UpstreamSink;
  readonly progressToken: MessageId | undefined;
  /** The head of the answer is out. */
  answering: boolean;
}

export interface PeerOptions {
  readonly command: StdioCommand;
  /** Goes with the head of every answer, such as the session's id. */
  readonly headers: IncomingHttpHeaders;
  onLog(line: string): void;
  onGone(why: string): void;
}

export class StdioPeer implements ChildEvents {
  readonly #child: StdioChild;
  readonly #options: PeerOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #queued: Buffer[] = [];
  #stream: UpstreamSink | undefined = undefined;
  #gone = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#child = new StdioChild(options.command, this);
  }

  /** A call is open, or somebody listens. */
  get busy(): boolean {
    return this.#pending.size > 0 || this.#stream !== undefined;
  }

  /** Hands a message over. A request's answer comes to `sink` later; anything else is accepted at once. */
  send(call: Call, sink: UpstreamSink): Exchange {
    const { message, body } = call;
    if (this.#gone) throw new UpstreamError('upstream-broken', 'its process has ended');
    if (message === undefined || body === undefined)
      throw new UpstreamError('upstream-invalid', 'there is nothing to send');
    if (this.#child.unread > MAX_UNREAD_BYTES)
      throw new UpstreamError('upstream-broken', 'it does not read what it is sent');
    if (message.kind !== 'request') {
      this.#child.send(body);
      sink.onHead(202, this.#options.headers);
      sink.onEnd();
      return NOTHING_TO_STOP;
    }
    const key = keyOf(message.id);
    if (this.#pending.has(key)) {
      return answerInstead(sink, call, refuse('id-in-use', `a call with id ${key} is not answered yet`));
    }
    this.#pending.set(key, { sink, progressToken: progressTokenOf(message.params), answering: false });
    this.#child.send(body);
    return { resume() {}, abort: () => this.#cancel(key, message.id) };
  }

  /** Opens the stream for what the server says outside of answers. There is one; a second one replaces the first. */
  listen(sink: UpstreamSink): Exchange {
    this.#stream?.onEnd();
    this.#stream = sink;
    sink.onHead(200, { ...this.#options.headers, ...EVENT_STREAM });
    for (const event of this.#queued.splice(0)) sink.onData(event);
    return {
      resume() {},
      abort: () => {
        if (this.#stream === sink) this.#stream = undefined;
      },
    };
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  onLine(line: Buffer): void {
    // Between tokens JSON allows a carriage return, which would end the line of the event that carries it.
    const text = line.toString('utf8').replaceAll('\r', ' ');
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#options.onLog(`not JSON on standard output: ${text.slice(0, 200)}`);
      return;
    }
    if (!isObject(message)) {
      this.#options.onLog('a line on standard output is no JSON-RPC message; it was dropped');
      return;
    }
    if ('method' in message) this.#route(message, messageEvent(text));
    else this.#answer(message, messageEvent(text));
  }

  onLog(line: string): void {
    this.#options.onLog(line);
  }

  onGone(why: string): void {
    this.#gone = true;
    for (const { sink } of this.#pending.values()) sink.onError(new UpstreamError('upstream-broken', why));
    this.#pending.clear();
    this.#stream?.onEnd();
    this.#stream = undefined;
    this.#options.onGone(why);
  }

  #answer(message: JsonObject, event: Buffer): void {
    const { id } = message;
    const pending = isMessageId(id) ? this.#pending.get(keyOf(id)) : undefined;
    if (pending === undefined || !isMessageId(id)) {
      this.#options.onLog('an answer to no open call was dropped');
      return;
    }
    this.#pending.delete(keyOf(id));
    this.#emit(pending, event);
    pending.sink.onEnd();
  }

  #emit(pending: Pending, event: Buffer): void {
    if (!pending.answering) pending.sink.onHead(200, { ...this.#options.headers, ...EVENT_STREAM });
    pending.answering = true;
    pending.sink.onData(event);
  }

  /**
   * A stdio server does not say which call a message of its own belongs to. Progress names its token; other messages go to the
   * standalone stream, and are kept for it while there is none.
   */
  #route(message: JsonObject, event: Buffer): void {
    const params = message['params'];
    const token =
      isObject(params) && message['method'] === 'notifications/progress' ? params['progressToken'] : undefined;
    if (token !== undefined) {
      for (const pending of this.#pending.values()) {
        if (pending.progressToken !== token) continue;
        this.#emit(pending, event);
        return;
      }
    }
    if (this.#stream !== undefined) {
      this.#stream.onData(event);
      return;
    }
    if (this.#queued.length >= MAX_QUEUED) this.#queued.shift();
    this.#queued.push(event);
  }

  /** There is no connection to close here, so leaving is told in words (MCP, Cancellation). */
  #cancel(key: string, id: MessageId): void {
    if (!this.#pending.delete(key)) return;
    const cancelled = {
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: id, reason: 'client left' },
    };
    this.#child.send(Buffer.from(JSON.stringify(cancelled)));
  }
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' };

/** `1` and `"1"` are two ids. */
function keyOf(id: MessageId): string {
  return JSON.stringify(id);
}
