/**
 * One child process as the far end of one conversation: requests are matched to answers by id, and what the server says of its
 * own accord goes where it belongs. Answers leave in the form of Streamable HTTP, so that one response door serves all.
 */
import { JsonView } from '../../../core/mcp/json-view.ts';
import type { MessageId } from '../../../core/mcp/message.ts';
import { answeredId, whyNoMessage } from '../../../core/mcp/message-form.ts';
import { refuse } from '../../../core/mcp/refusals.ts';
import { messageEvent } from '../../../core/mcp/sse.ts';
import { progressTokenOf } from '../../../core/mcp/progress-token.ts';
import { NOTHING_TO_STOP, answerInstead } from '../answer-instead.ts';
import { type ChildEvents, StdioChild } from './child.ts';
import type { Overlong } from '../../../core/mcp/overlong-message.ts';
import type { UpstreamRequest } from '../request.ts';
import type { PeerOptions } from './peer-options.ts';
import { type OpenRequest, OpenRequests, keyOf } from './open-requests.ts';
import { NOT_ONE_OBJECT, overlongLine, strayLine } from './log.ts';
import { nameError } from './remap.ts';
import { CANCELLED, EVENT_STREAM, LISTEN, PROGRESS, cancelled, listenEnded, tooLong, whyOverlong } from './words.ts';
import { UnheardMessages } from './unheard-messages.ts';
import { type Exchange, UpstreamError, type UpstreamSink } from '../upstream.ts';

export class StdioPeer implements ChildEvents {
  readonly #child: StdioChild;
  readonly #options: PeerOptions;
  readonly #open = new OpenRequests();
  readonly #unheard: UnheardMessages;
  /** Whose client does not read; as long as there is one, the server waits. */
  readonly #blocked = new Set<UpstreamSink>();
  #stream: UpstreamSink | undefined = undefined;
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
    return this.#open.size > 0 || this.#stream !== undefined;
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
    if (this.#open.has(id)) {
      return answerInstead(sink, request, refuse('id-in-use', `a call with id ${keyOf(id)} is not answered yet`));
    }
    // First: a call that could not be handed over is not open.
    this.#child.send(body);
    this.#open.add({
      sink,
      id,
      method,
      progressToken: progressTokenOf(params),
      // The answer to `initialize` opens the session: before, its client can be asked nothing.
      takesMore: method !== 'initialize' && request.takesMore,
    });
    this.#sayQueued();
    return { resume: () => this.#unblock(sink), abort: () => this.#cancel(id) };
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
    for (const { sink } of this.#open.takeAll()) sink.onError(new UpstreamError('upstream-broken', why));
    this.#endStream();
    this.#options.onGone(why);
  }

  #answer(id: unknown, line: Buffer): void {
    const request = this.#open.takeAnswered(id);
    if (request === undefined) {
      this.#child.remark('an answer to no open call was dropped');
      return;
    }
    const isNamed = id !== undefined && id !== null;
    this.#finish(request, messageEvent(isNamed ? line : nameError(line, keyOf(request.id))));
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
    const request = this.#open.takeAnswered(id);
    if (request === undefined) {
      this.#child.remark('an answer to no open call was dropped');
      return;
    }
    request.sink.onError(new UpstreamError('upstream-invalid', why));
    this.#unblock(request.sink);
  }

  #finish(request: OpenRequest, event: Buffer): void {
    this.#emit(request, event);
    request.sink.onEnd();
    // Nothing more comes for it, so there is nothing to wait for.
    this.#unblock(request.sink);
  }

  #emit(request: OpenRequest, event: Buffer): void {
    if (!request.answering) request.sink.onHead(200, { ...this.#options.headers, ...EVENT_STREAM });
    request.answering = true;
    this.#write(request.sink, event);
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
    const about = method === PROGRESS ? this.#open.reportedBy(params) : this.#open.subscribedBy(params);
    if (about !== undefined) this.#emit(about, event);
    else if (method === CANCELLED && this.#endsSubscription(params)) return;
    else if (this.#stream !== undefined) this.#write(this.#stream, event);
    else {
      // Progress is of one call, which is none of these.
      const reader = method === PROGRESS ? undefined : this.#open.latestReader();
      if (reader === undefined) this.#unheard.keep(event, message.value('id'));
      else this.#emit(reader, event);
    }
  }

  /** A call is open now whose client reads. */
  #sayQueued(): void {
    const reader = this.#stream === undefined ? this.#open.latestReader() : undefined;
    if (reader !== undefined) for (const event of this.#unheard.take()) this.#emit(reader, event);
  }

  #endsSubscription(params: JsonView | undefined): boolean {
    const subscription = this.#open.takeSubscription(params?.value('requestId'));
    if (subscription === undefined) return false;
    this.#finish(subscription, listenEnded(keyOf(subscription.id)));
    return true;
  }

  #sendOther(message: Buffer): void {
    this.#child.send(message);
    this.#open.sentOther();
  }

  #endStream(): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#stream = undefined;
    stream.onEnd();
    this.#unblock(stream);
  }

  #cancel(id: MessageId): void {
    const request = this.#open.take(id);
    if (request === undefined) return;
    this.#sendOther(cancelled(id));
    this.#unblock(request.sink);
  }

  /** The client says that it waits no longer. A server should not answer such a call, so it would stay open for ever. */
  #takenBack(id: unknown): void {
    const request = this.#open.take(id);
    if (request === undefined) return;
    if (request.method === LISTEN) this.#finish(request, listenEnded(keyOf(request.id)));
    else {
      request.sink.onError(new UpstreamError('upstream-broken', 'the client took the call back'));
      this.#unblock(request.sink);
    }
  }
}
