/**
 * The second door: what the server answers, on its way to the client, as HTTP. An answer that is one message is taken whole (whole.ts),
 * events are taken one at a time (events.ts); what is said in either is decided on in messages.ts.
 */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { Refusal, refuse } from '../../core/mcp/refusals.ts';
import { SseOverflow, messageEvent } from '../../core/mcp/sse.ts';
import type { Gate } from '../gate.ts';
import { returnedHeaders } from '../upstream/http/headers.ts';
import type { Exchange, UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { answerRefusal } from '../call/refusal-reply.ts';
import { AnswerRoom } from './answer-room.ts';
import { expectedBytes, mediaType, whyUnreadable, withoutMark } from './head.ts';
import { Leaving } from './leaving.ts';
import type { Call, Outcome } from '../call/call.ts';
import { endSession } from '../call/end-session.ts';
import { tellOpenCalls } from '../call/endpoint-session.ts';
import { EventDoor } from './events.ts';
import { takesMore } from '../call/accepts-events.ts';
import { UnreadableMessage } from './check.ts';
import { expectAnswer } from './expected.ts';
import { MessageDoor } from './messages.ts';
import { closeSessionIfOver, isOnEndpoint, mayPassRaw } from './first-look.ts';
import { openNegotiatedSession } from './negotiated-session.ts';
import { CallStream } from './open-stream.ts';
import { PacedWriter } from './paced-writer.ts';
import { Pulse } from './pulse.ts';
import { answerBesides, inspectWhole, refusalOfStatus } from './whole.ts';
import type { ProgressOffset } from '../call/progress-offset.ts';
import { record } from '../call/record.ts';
import { noteDetail } from '../call/refuse-call.ts';
import { type Reply, SSE_HEADERS } from '../call/reply.ts';
import { Collector } from '../memory/collector.ts';

/** One message, whole. Nothing behind us may fill our memory. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Over HTTP+SSE; careless servers say so only when they are done. */
const ACCEPT_WITHIN_MS = 30 * 60_000;
/** For a server to end the stream of an answer that its client has, whole; nobody reads on. */
const AFTER_ANSWER_MS = 1_000;

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
  readonly #leaving: Leaving;
  readonly #pulse: Pulse;
  /** Of what stays open until somebody ends it. */
  #stream: CallStream | undefined = undefined;
  #exchange: Exchange | undefined = undefined;
  #mode: Mode = 'head';
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #events: EventDoor | undefined = undefined;
  #whole = new Collector();
  readonly #room: AnswerRoom;
  #deadline: NodeJS.Timeout | undefined = undefined;
  readonly #writer: PacedWriter;

  constructor(call: Call, reply: Reply, gate: Gate, progress: ProgressOffset | undefined) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#messages = new MessageDoor(call, gate, progress);
    this.#messages.reachesClient = () => reply.open && takesMore(call);
    this.#leaving = new Leaving(call, gate, () => this.#guarded(() => this.#leave()));
    this.#pulse = new Pulse(call, reply, gate);
    this.#writer = new PacedWriter(reply, () => {
      if (this.#holdsEvents()) this.#exchange?.resume();
    });
    expectAnswer(call);
    this.#room = new AnswerRoom(
      call,
      () => this.#exchange?.resume(),
      (refusal) => this.#guarded(() => this.#giveUpUnread(refusal)),
    );
  }

  /** Called once the server has been asked; it may have answered, and the client have left, in the meantime. */
  attach(exchange: Exchange): void {
    this.#exchange = exchange;
    if (this.#mode === 'done') return;
    if (this.#call.httpMethod === 'GET' || this.#call.method?.door === 'listen') this.#stayOpen();
    // There a POST says nothing but that it was taken, and its client does not wait for more.
    if (this.#isOnEndpoint)
      this.#deadline = setTimeout(() => this.#guarded(() => this.#onDeadline()), ACCEPT_WITHIN_MS).unref();
    if (this.#stream === undefined) this.#gate.inFlight.add(this);
    this.#reply.onClientGone(() => this.#guarded(() => this.#onClientGone()));
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
    this.#guarded(() => this.#takeError(error));
  }

  #takeError(error: UpstreamError): void {
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
      try {
        this.#gate.log.error({ err: error, traceId: this.#call.traceId }, 'an answer could not be inspected');
        if (this.#mode !== 'done') this.#giveUp(refuse('upstream-invalid', 'its answer could not be inspected'));
      } catch {
        // Not even that can be said: cut off, the client knows at least that it has no answer.
        this.#reply.destroy();
      }
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
    closeSessionIfOver(this.#call, this.#gate, status);
    const type = mediaType(headers);
    if (type === 'text/event-stream' && status < 300) this.#startEvents();
    else if (this.#isOnEndpoint && status < 300) this.#mode = 'accepted';
    else if (this.#call.httpMethod === 'GET' && status < 300) {
      this.#giveUp(refuse('upstream-invalid', `it answered GET with ${type ?? 'no content type'}, not with a stream`));
    } else if (mayPassRaw(this.#call, this.#reply, status, headers)) {
      this.#mode = 'raw';
      // A comment in it would be read as part of it.
      this.#pulse.stop();
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
        if (this.#leaving.begun) return true;
        if (this.#whole.length + chunk.length > MAX_MESSAGE_BYTES) {
          // It costs its client this call; a status that says otherwise would cost some their session.
          const tooLarge = refuse(
            'upstream-invalid',
            `its answer is larger than ${MAX_MESSAGE_BYTES} bytes; ask for less at once`,
          );
          this.#giveUp(tooLarge.withStatus(this.#status));
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
        if (this.#reply.started) this.#reply.end();
        else this.#reply.send(202, {}, '');
        this.#finish('accepted', 'forwarded');
        return;
      case 'head':
      case 'done':
        return;
    }
  }

  get #isOnEndpoint(): boolean {
    return isOnEndpoint(this.#call);
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
    this.#stream = new CallStream(this.#call, this.#gate, this.#reply, (refusal) => {
      // Among many that are ended together: one that cannot be must not keep the others open.
      this.#guarded(() => this.#endByGate(refusal));
    });
    this.#stream.open(this.#messages);
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
    if (this.#mode !== 'done' && this.#messages.sawAnswer && !this.#reply.open) {
      this.#deadline ??= setTimeout(() => this.#guarded(() => this.#onDeadline()), AFTER_ANSWER_MS).unref();
    }
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
    if (this.#leaving.begun) {
      this.#finish('client-gone', 'forwarded');
      return;
    }
    const start = this.#gate.clock.monotonic();
    const body = withoutMark(this.#whole.take());
    if (this.#call.id === null) this.#sendBesides(body);
    else this.#sendAnswer(body);
    this.#call.responseDoorMs += this.#gate.clock.monotonic() - start;
  }

  #sendBesides(body: Buffer): void {
    // Behind the head of a stream that went out early there is none.
    if (this.#reply.started) this.#reply.end();
    else {
      const { headers, shown } = answerBesides(this.#messages, this.#status, this.#headers, body);
      if (shown instanceof Refusal) answerRefusal(this.#call, this.#reply, shown, headers);
      else this.#reply.send(this.#status, headers, shown);
    }
    this.#finish('accepted', 'forwarded');
  }

  #sendAnswer(body: Buffer): void {
    const passage = inspectWhole(this.#messages, this.#status, this.#headers, body);
    const isUnreadable = typeof passage === 'object' && 'unreadable' in passage;
    if (isUnreadable || passage === 'drop' || !this.#messages.sawAnswer) {
      const problem = isUnreadable ? passage.unreadable : 'it answered with something else than an answer to the call';
      const isEarly = this.#reply.started && this.#call.session !== undefined;
      const refusal = refusalOfStatus(this.#status, this.#headers, body, problem, isEarly);
      this.#giveUp(refusal, this.#status >= 400 ? returnedHeaders(this.#headers, false) : {});
      return;
    }
    const shown = passage === 'pass' ? body : passage.instead;
    if (this.#reply.started) {
      this.#write(messageEvent(shown));
      this.#reply.end();
    } else this.#reply.send(this.#status, returnedHeaders(this.#headers, false), shown);
    this.#finish('answered', 'forwarded');
  }

  #write(chunk: Buffer): boolean {
    this.#pulse.beat();
    return this.#writer.write(chunk);
  }

  #onDeadline(): void {
    if (this.#mode === 'done') return;
    // The answer may have come on the stream long before.
    if (this.#mode === 'events' && !this.#isOnEndpoint) {
      this.#exchange?.abort();
      this.#finish('answered', 'forwarded');
    } else if (this.#call.asked?.answered === true) this.#leave();
    else this.#giveUp(refuse('upstream-broken', 'it did not say that it has taken the message'));
  }

  /** The process ends, and the server is not done: a client that merely lost its connection would not know what to make of it. */
  interrupt(why: Refusal): void {
    this.#guarded(() => {
      if (this.#mode === 'done') return;
      this.#exchange?.abort();
      if (this.#mode === 'raw') this.#reply.destroy();
      // What can be resumed is not over, whoever ends; an error event would end it.
      else if (this.#messages.sawAnswer || this.#events?.isResumable === true) this.#reply.end();
      else answerRefusal(this.#call, this.#reply, why);
      const isAnswered = this.#messages.sawAnswer && this.#mode === 'events';
      this.#finish(isAnswered ? 'answered' : 'interrupted', isAnswered ? 'forwarded' : why.reason);
    });
  }

  /** Its principal is no longer known by what it showed, or its session is over. */
  #endByGate(refusal: Refusal): void {
    if (this.#mode === 'done') return;
    this.#exchange?.abort();
    if (this.#call.id === null && this.#reply.started) {
      tellOpenCalls(this.#call, this.#reply, refusal);
      this.#reply.end();
      this.#finish('streaming', 'ended');
      return;
    }
    answerRefusal(this.#call, this.#reply, refusal);
    this.#call.asked?.answer();
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
    noteDetail(this.#call, refusal);
    this.#call.asked?.answer();
    this.#finish('upstream-error', refusal.reason);
  }

  #onClientGone(): void {
    if (this.#mode === 'done') return;
    const mayComeBack =
      this.#call.revision?.era === 'legacy' && this.#call.httpMethod === 'POST' && !this.#isOnEndpoint;
    // Where the client resumes the stream, the server keeps what it says meanwhile, and takes two readers of one stream for a conflict.
    if (mayComeBack && this.#events?.isResumable !== true) {
      this.#leaving.begin();
      this.#exchange?.resume();
      return;
    }
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
    this.#pulse.stop();
    clearTimeout(this.#deadline);
    this.#gate.inFlight.delete(this);
    this.#leaving.end();
    this.#stream?.close();
    // HTTP+SSE has no session without its stream.
    const { httpMethod, session } = this.#call;
    if (httpMethod === 'GET' && session?.transport?.stream === this.#reply) endSession(this.#gate, session);
    this.#events?.end();
    const ended = this.#leaving.begun ? 'client-gone' : outcome;
    if (ended === 'upstream-error') {
      this.#gate.metrics.upstreamError(reason);
      const { detail } = this.#call;
      if (detail !== undefined) this.#gate.notices.say(detail, { about: 'server', sentence: detail });
    }
    record(this.#call, this.#gate, ended, reason);
  }
}
