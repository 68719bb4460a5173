/**
 * The response door, as the server sees it: what a server answers comes in here, head first, and passes in the form that the
 * head calls for (forms/). What is said in it is decided on in messages.ts, by the list in checks.ts.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';
import { tellOpenCalls } from '../call/endpoint-session.ts';
import type { ProgressOffset } from '../call/progress-offset.ts';
import { answerRefusal } from '../call/refusal-reply.ts';
import type { Reply } from '../call/reply.ts';
import type { AnswerParts } from './parts.ts';
import { returnedHeaders } from '../upstream/http/headers.ts';
import type { Exchange, UpstreamError, UpstreamSink } from '../upstream/upstream.ts';
import { type FormName, chooseForm } from './choose-form.ts';
import { Delivery } from './delivery.ts';
import { closeSessionIfOver, isOnEndpoint, openNegotiatedSession } from './sessions.ts';
import { AcceptedForm } from './forms/accepted.ts';
import { EventsForm } from './forms/events.ts';
import type { AnswerForm } from './forms/form.ts';
import { RawForm } from './forms/raw.ts';
import { WholeForm } from './forms/whole.ts';
import type { Doing } from '../memory/in-flight.ts';
import { Place } from '../memory/in-order.ts';
import { CallStream } from './open-stream.ts';

/** Over HTTP+SSE; careless servers say so only when they are done. */
const ACCEPT_WITHIN_MS = 30 * 60_000;

export class ResponseDoor implements UpstreamSink {
  readonly #delivery: Delivery;
  readonly #place = new Place(this);
  /** Of what stays open until somebody ends it. */
  #stream: CallStream | undefined = undefined;

  constructor(call: Call, reply: Reply, gate: AnswerParts, progress: ProgressOffset | undefined) {
    this.#delivery = new Delivery(call, reply, gate, progress);
    const onOver = (): void => this.#close();
    this.#delivery.onOver = onOver;
  }

  /** Called once the server has been asked; it may have answered, and the client have left, in the meantime. */
  attach(exchange: Exchange): void {
    const delivery = this.#delivery;
    const { call, reply, gate } = delivery;
    delivery.exchange = exchange;
    if (delivery.isOver) return;
    if (call.request.httpMethod === 'GET' || call.judgement?.rule?.door === 'listen') this.#stayOpen();
    else gate.inFlight.add(this.#place);
    // There a POST says nothing but that it was taken, and its client does not wait for more.
    if (isOnEndpoint(call))
      delivery.within(ACCEPT_WITHIN_MS, () => {
        delivery.giveUp(refuse('upstream-broken', 'it did not say that it has taken the message'));
      });
    reply.onClientGone(() => delivery.fenced(() => this.#onClientGone()));
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    this.#delivery.fenced(() => this.#takeHead(status, headers));
  }

  onData(chunk: Buffer): boolean {
    const { isOver, form } = this.#delivery;
    if (isOver || form === undefined) return true;
    return this.#delivery.fenced(() => form.take(chunk)) ?? true;
  }

  onEnd(): void {
    const { isOver, form } = this.#delivery;
    if (!isOver && form !== undefined) this.#delivery.fenced(() => form.end());
  }

  onError(error: UpstreamError): void {
    this.#delivery.fenced(() => this.#delivery.broke(error));
  }

  get doing(): Doing {
    return this.#delivery.call.doing;
  }

  interrupt(why: Refusal): void {
    this.#delivery.fenced(() => this.#delivery.interrupt(why));
  }

  #takeHead(status: number, headers: IncomingHttpHeaders): void {
    const delivery = this.#delivery;
    if (delivery.isOver) return;
    const { call, reply, gate } = delivery;
    // What its server gives as an error, or wants nobody to store (RFC 9111 §5.2.2.5), is not said again.
    if (status >= 300 || headers['cache-control']?.includes('no-store') === true) call.course.keeps?.spoil();
    if (call.course.keptMs === undefined) call.course.upstreamMs = gate.clock.monotonic() - call.forwardedAt;
    const name = chooseForm(call, reply, status, headers);
    if (name instanceof Refusal) {
      delivery.giveUp(name);
      return;
    }
    if (status < 300) openNegotiatedSession(call, gate, headers);
    closeSessionIfOver(call, gate, status);
    // The end of its session may have been the end of the call.
    if (!delivery.isOver) delivery.form = this.#formOf(name, status, headers);
  }

  #formOf(name: FormName, status: number, headers: IncomingHttpHeaders): AnswerForm {
    switch (name) {
      case 'events':
        return new EventsForm(this.#delivery, status, headers);
      case 'accepted':
        return new AcceptedForm(this.#delivery);
      case 'raw':
        return new RawForm(this.#delivery, status, returnedHeaders(headers, false), returnedHeaders(headers, true));
      case 'whole':
        return new WholeForm(this.#delivery, status, headers);
    }
  }

  /** Already while the server has not answered: what ends streams must not miss one that is about to open. */
  #stayOpen(): void {
    const { call, gate, reply, messages } = this.#delivery;
    this.#stream = new CallStream(call, gate, reply, (refusal) => {
      // Among many that are ended together: one that cannot be must not keep the others open.
      this.#delivery.fenced(() => this.#endByGate(refusal));
    });
    this.#stream.open(messages);
  }

  /** Its principal is no longer known by what it showed, or its session is over. */
  #endByGate(refusal: Refusal): void {
    const delivery = this.#delivery;
    if (delivery.isOver) return;
    const { call, reply } = delivery;
    delivery.abort();
    if (call.id === null && reply.started) {
      tellOpenCalls(call, reply, refusal);
      reply.end();
      delivery.finish('streaming', 'ended');
      return;
    }
    answerRefusal(call, reply, refusal);
    call.asked?.answer();
    delivery.finish('refused', refusal.reason);
  }

  #onClientGone(): void {
    const delivery = this.#delivery;
    if (delivery.isOver) return;
    const { call, form, leaving } = delivery;
    const mayComeBack = call.revision?.era === 'legacy' && call.request.httpMethod === 'POST' && !isOnEndpoint(call);
    // Where the client resumes the stream, the server keeps what it says meanwhile, and takes two readers of one stream for a conflict.
    if (!mayComeBack || form?.isResumable === true) {
      delivery.leave();
      return;
    }
    leaving.begin();
    delivery.exchange?.resume();
  }

  #close(): void {
    this.#delivery.gate.inFlight.delete(this.#place);
    this.#stream?.close();
  }
}
