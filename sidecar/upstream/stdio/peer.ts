/**
 * One child process as the far end of one conversation: requests are matched to answers by id, and what the server says of its
 * own accord goes where it belongs. Answers leave in the form of Streamable HTTP, so that one response door serves all.
 */
import { JsonView } from '../../../core/mcp/json-view.ts';
import { type MessageId, isMessageId } from '../../../core/mcp/message.ts';
import { answeredId, whyNoMessage } from '../../../core/mcp/message-form.ts';
import { refuse } from '../../../core/mcp/refusals.ts';
import { messageEvent } from '../../../core/mcp/sse.ts';
import { progressTokenOf } from '../../../core/mcp/progress-token.ts';
import { NOTHING_TO_STOP, answerInstead } from '../answer-instead.ts';
import { type ChildEvents, StdioChild } from './child.ts';
import type { Overlong } from '../../../core/mcp/overlong-message.ts';
import type { UpstreamRequest } from '../request.ts';
import type { PeerOptions } from './peer-options.ts';
import { Doubt } from './doubt.ts';
import { NOT_ONE_OBJECT, overlongLine, strayLine } from './log.ts';
import { nameError } from './remap.ts';
import {
  CANCELLED,
  EVENT_STREAM,
  LISTEN,
  PROGRESS,
  SUBSCRIPTION_ID,
  cancelled,
  listenEnded,
  tooLong,
  whyOverlong,
} from './words.ts';
import { UnheardMessages } from './unheard-messages.ts';
import { type Exchange, UpstreamError, type UpstreamSink } from '../upstream.ts';

interface Pending {
  readonly sink: UpstreamSink;
  /** Its client reads what is said before the answer. */
  readonly takesMore: boolean;
  readonly method: string;
  readonly progressToken: MessageId | undefined;
  /** Its place in the order of what was sent. */
  readonly place: number;
  /** The head of the answer is out. */
  answering: boolean;
}

export class StdioPeer implements ChildEvents {
  readonly #child: StdioChild;
  readonly #options: PeerOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #unheard: UnheardMessages;
  /** Whose client does not read; as long as there is one, the server waits. */
  readonly #blocked = new Set<UpstreamSink>();
  #stream: UpstreamSink | undefined = undefined;
  readonly #doubt = new Doubt();
  #gone = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#child = new StdioChild(options.command, this, options.partial);
    this.#unheard = new UnheardMessages({
      say: (json) => this.#sendOther(Buffer.from(json)),
      remark: (words) => this.#child.remark(words),
    });
  }

  /** A call is open, or somebody listens. */
  get busy(): boolean {
    return this.#pending.size > 0 || this.#stream !== undefined;
  }

  /** Hands a message over. A request's answer comes to `sink` later; anything else is accepted at once. */
  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    const { message, body } = request;
    if (this.#gone) throw new UpstreamError('upstream-broken', 'its process has ended');
    if (message === undefined || body === undefined)
      throw new UpstreamError('upstream-invalid', 'there is nothing to send');
    this.#child.checkReads();
    if (message.kind !== 'request') {
      this.#sendOther(body);
      if (message.kind === 'notification' && message.method === CANCELLED) this.#takenBack(message.params['requestId']);
      sink.onHead(202, this.#options.headers);
      sink.onEnd();
      return NOTHING_TO_STOP;
    }
    const { id, method, params } = message;
    const key = keyOf(id);
    if (this.#pending.has(key)) {
      return answerInstead(sink, request, refuse('id-in-use', `a call with id ${key} is not answered yet`));
    }
    // First: a call that could not be handed over is not open.
    this.#child.send(body);
    this.#pending.set(key, {
      sink,
      method,
      progressToken: progressTokenOf(params),
      place: this.#doubt.request(),
      answering: false,
      // The answer to `initialize` opens the session: before, its client can be asked nothing.
      takesMore: method !== 'initialize' && request.takesMore,
    });
    this.#sayQueued();
    return { resume: () => this.#unblock(sink), abort: () => this.#cancel(key, id) };
  }

  /** Opens the stream for what the server says outside of answers. There is one; a second one replaces the first. */
  listen(sink: UpstreamSink): Exchange {
    this.#endStream();
    this.#stream = sink;
    sink.onHead(200, { ...this.#options.headers, ...EVENT_STREAM });
    for (const event of this.#unheard.take()) this.#write(sink, event);
    return {
      resume: () => this.#unblock(sink),
      abort: () => {
        if (this.#stream === sink) this.#stream = undefined;
        this.#unblock(sink);
      },
    };
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  /** Ends its process at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  onLine(line: Buffer): void {
    const message = JsonView.of(line);
    const why = message === undefined ? NOT_ONE_OBJECT : whyNoMessage(message);
    if (message === undefined || why !== undefined) this.#onUnreadable(line, why);
    else if (message.has('method')) this.#route(message, messageEvent(line));
    else this.#answer(message.value('id'), line);
  }

  onOverlong(message: Overlong, isGivenUp: boolean): void {
    this.#child.remark(overlongLine(message, isGivenUp));
    if (message.kind === 'request') this.#sendOther(tooLong(message.id, isGivenUp));
    else if (message.kind === 'answer') this.#fail(message.id, whyOverlong(isGivenUp));
  }

  onLog(line: string): void {
    this.#options.onLog(line);
  }

  onGone(why: string): void {
    this.#gone = true;
    this.#unheard.forget();
    for (const { sink } of this.#pending.values()) sink.onError(new UpstreamError('upstream-broken', why));
    this.#pending.clear();
    this.#endStream();
    this.#options.onGone(why);
  }

  #answer(id: unknown, line: Buffer): void {
    const isNamed = id !== undefined && id !== null;
    const key = isNamed ? this.#keyOfAnswer(id) : this.#keyOfOnly();
    const pending = key === undefined ? undefined : this.#pending.get(key);
    if (pending === undefined || key === undefined) {
      this.#child.remark('an answer to no open call was dropped');
      return;
    }
    this.#pending.delete(key);
    this.#doubt.answered(pending.place);
    this.#finish(pending, messageEvent(isNamed ? line : nameError(line, key)));
  }

  /** Of the one call that an error without an id can be about. */
  #keyOfOnly(): string | undefined {
    const [key, ...others] = this.#pending.keys();
    return others.length === 0 && this.#doubt.isNone ? key : undefined;
  }

  /** Careless servers write an id that is a number as text, or the other way round. */
  #keyOfAnswer(id: unknown): string | undefined {
    if (!isMessageId(id)) return undefined;
    const exact = keyOf(id);
    if (this.#pending.has(exact)) return exact;
    return keyOf(typeof id === 'string' ? Number(id) : String(id));
  }

  /** What was meant for people, most often; they should see it. If clients would take it for an answer, its call must not wait for ever. */
  #onUnreadable(line: Buffer, why = NOT_ONE_OBJECT): void {
    const id = answeredId(line);
    if (id === undefined) {
      this.#child.remark(strayLine(line, why));
      this.#options.onStray();
      return;
    }
    this.#fail(id, `its answer cannot be read in one way only: ${why}`);
  }

  /** The answer to this call is here, and nothing can be done with it. */
  #fail(id: MessageId, why: string): void {
    const key = this.#keyOfAnswer(id);
    const pending = key === undefined ? undefined : this.#pending.get(key);
    if (pending === undefined || key === undefined) {
      this.#child.remark('an answer to no open call was dropped');
      return;
    }
    this.#pending.delete(key);
    pending.sink.onError(new UpstreamError('upstream-invalid', why));
    this.#unblock(pending.sink);
  }

  #finish(pending: Pending, event: Buffer): void {
    this.#emit(pending, event);
    pending.sink.onEnd();
    // Nothing more comes for it, so there is nothing to wait for.
    this.#unblock(pending.sink);
  }

  #emit(pending: Pending, event: Buffer): void {
    if (!pending.answering) pending.sink.onHead(200, { ...this.#options.headers, ...EVENT_STREAM });
    pending.answering = true;
    this.#write(pending.sink, event);
  }

  #write(sink: UpstreamSink, event: Buffer): void {
    if (sink.onData(event)) return;
    this.#blocked.add(sink);
    this.#child.pause();
  }

  #unblock(sink: UpstreamSink): void {
    if (this.#blocked.delete(sink) && this.#blocked.size === 0) this.#child.resume();
  }

  /**
   * A stdio server does not say which call a message of its own belongs to. Progress names its token and what was subscribed to its
   * subscription; other messages go to the standalone stream or, where the client has none open (many never do), to that of a call: all
   * of them are one client's.
   */
  #route(message: JsonView, event: Buffer): void {
    const method = message.string('method');
    const params = message.view('params');
    const pending = method === PROGRESS ? this.#reportedBy(params) : this.#subscribedBy(params);
    if (pending !== undefined) this.#emit(pending, event);
    else if (method === CANCELLED && this.#endsSubscription(params)) return;
    else if (this.#stream !== undefined) this.#write(this.#stream, event);
    else {
      // Progress is of one call, which is none of these.
      const open = method === PROGRESS ? undefined : this.#latestReader();
      if (open === undefined) this.#unheard.keep(event, message.value('id'));
      else this.#emit(open, event);
    }
  }

  /** The newest call: what a server says in the middle of several is most often about the one it began last. */
  #latestReader(): Pending | undefined {
    return [...this.#pending.values()].findLast((pending) => pending.takesMore && pending.method !== LISTEN);
  }

  /** A call is open now whose client reads. */
  #sayQueued(): void {
    const reader = this.#stream === undefined ? this.#latestReader() : undefined;
    if (reader !== undefined) for (const event of this.#unheard.take()) this.#emit(reader, event);
  }

  #reportedBy(params: JsonView | undefined): Pending | undefined {
    const progressToken = params?.value('progressToken');
    if (progressToken === undefined) return undefined;
    for (const pending of this.#pending.values()) if (pending.progressToken === progressToken) return pending;
    return undefined;
  }

  #subscribedBy(params: JsonView | undefined): Pending | undefined {
    const id = params?.view('_meta')?.value(SUBSCRIPTION_ID);
    const pending = isMessageId(id) ? this.#pending.get(keyOf(id)) : undefined;
    return pending?.method === LISTEN ? pending : undefined;
  }

  /** A server of the modern era may end one by cancelling the request that began it. */
  #endsSubscription(params: JsonView | undefined): boolean {
    const id = params?.value('requestId');
    const pending = isMessageId(id) ? this.#pending.get(keyOf(id)) : undefined;
    if (pending?.method !== LISTEN || !isMessageId(id)) return false;
    this.#pending.delete(keyOf(id));
    this.#finish(pending, listenEnded(keyOf(id)));
    return true;
  }

  #sendOther(message: Buffer): void {
    this.#child.send(message);
    this.#doubt.notRequest();
  }

  #endStream(): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#stream = undefined;
    stream.onEnd();
    this.#unblock(stream);
  }

  #cancel(key: string, id: MessageId): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    this.#pending.delete(key);
    this.#sendOther(cancelled(id));
    this.#unblock(pending.sink);
  }

  /** The client says that it waits no longer. A server should not answer such a call, so it would stay open for ever. */
  #takenBack(id: unknown): void {
    const pending = isMessageId(id) ? this.#pending.get(keyOf(id)) : undefined;
    if (pending === undefined || !isMessageId(id)) return;
    this.#pending.delete(keyOf(id));
    if (pending.method === LISTEN) this.#finish(pending, listenEnded(keyOf(id)));
    else {
      pending.sink.onError(new UpstreamError('upstream-broken', 'the client took the call back'));
      this.#unblock(pending.sink);
    }
  }
}

/** `1` and `"1"` are two ids. */
function keyOf(id: MessageId): string {
  return JSON.stringify(id);
}
