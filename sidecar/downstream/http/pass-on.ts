/**
 * A request that is another replica's to answer, because the session or the task that it names is: the head goes on as it came, the body
 * and the answer as they come, and nothing of them is kept here, but for a body that had to be read to know whose it is. That gate
 * decides, records and counts, as if the client had come to it.
 */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import { OutlineReader } from '../../../core/mcp/outline.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { messageEvent } from '../../../core/mcp/sse.ts';
import type { Call } from '../../call/call.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import type { HopOutcome } from '../../hop/counts.ts';
import type { Replicas } from '../../hop/replicas.ts';
import { Place } from '../../memory/in-order.ts';
import type { GateAddress } from '../../memory/pod-handles.ts';
import type { PathParts } from '../../path/parts.ts';
import { refuseUnread } from '../../path/refuse-unread.ts';
import { HOP_BY_HOP } from '../../upstream/http/headers.ts';
import type { HttpFence } from './fence.ts';
import { MAX_PASSED_OVER, bodyTooLarge, isListening } from './intake.ts';
import { HOP, hopOf } from './peer.ts';
import { type HttpReply, endAfterAnswer } from './reply.ts';

const SILENT = refuse('replica-silent', 'it was not reached in time');
/** What is on its way in one direction. */
const UNREAD_BYTES = 16 * 1024;
const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];

export interface ToPassOn {
  readonly call: Call;
  readonly request: IncomingMessage;
  /** As it came, in the words that its client was given. */
  readonly target: string;
  readonly response: ServerResponse;
  readonly reply: HttpReply;
  /** As it came, where it has been read. */
  readonly body?: Buffer;
  readonly owner: GateAddress;
  readonly replicas: Replicas;
  readonly fence: HttpFence;
  /** That gate is not there, and nothing has been taken of the request: it is served here, where nobody knows what it names. */
  readonly serveHere: () => void;
  /** Likewise, but nobody knows whether that gate is there: whoever asks is told to ask again. */
  readonly refuseHere: (why: Refusal) => void;
  /** The client is asked for its body, where it waits for that. */
  readonly askForBody: () => void;
}

export class PassedOn implements Dispatcher.DispatchHandler {
  /** The other gate decides on it, and ends it. */
  readonly doing = undefined;
  readonly #parts: ToPassOn;
  readonly #gate: PathParts;
  readonly #place = new Place(this);
  readonly #outline = new OutlineReader();
  readonly #isStream: boolean;
  #body: PassThrough | undefined = undefined;
  #bytes = 0;
  /** What has been written of the answer ends with an event: another one can follow. */
  #isBetweenEvents = false;
  #controller: Dispatcher.DispatchController | undefined = undefined;
  #isEvents = false;
  #isOver = false;
  #askedAt = 0;

  constructor(parts: ToPassOn, gate: PathParts) {
    this.#parts = parts;
    this.#gate = gate;
    this.#isStream = isListening(parts.request);
  }

  begin(): void {
    const { request, response, target, owner, replicas, call, reply, body: read } = this.#parts;
    const { hops } = replicas;
    if (this.#isStream && !hops.enterStream()) {
      refuseCall(call, reply, this.#gate, refuse('too-many-streams', 'close some and try again'));
      return;
    }
    const takesBody = request.method === 'POST';
    if (read !== undefined) this.#outline.push(read);
    else if (takesBody) this.#body = new PassThrough({ highWaterMark: UNREAD_BYTES });
    if (!this.#isStream) this.#gate.inFlight.add(this.#place);
    response.once('close', this.#onClosed);
    const { method = 'POST' } = request;
    this.#askedAt = this.#gate.clock.monotonic();
    const headers = headersOf(request, takesBody);
    const body = read ?? this.#body ?? null;
    hops.send(owner, { path: target, method, headers, body }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#parts.replicas.hops.heard(this.#parts.owner);
    if (this.#isOver) controller.abort(new Error('given up before it was sent'));
    else if (this.#body !== undefined) this.#takeBody(this.#body);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#isOver || status < 200) return;
    const { request, response } = this.#parts;
    const returned: OutgoingHttpHeaders = {};
    for (const name of Object.keys(headers)) if (!HOP_BY_HOP.has(name)) returned[name] = headers[name];
    // As in reply.ts: the rest of the request is none.
    if (!request.complete) {
      endAfterAnswer(request.socket);
      returned['connection'] = 'close';
    }
    response.writeHead(status, returned);
    this.#isEvents = String(headers['content-type']).startsWith('text/event-stream');
    this.#isBetweenEvents = this.#isEvents;
    if (headers['content-length'] === undefined) response.flushHeaders();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#parts;
    if (this.#isOver) return;
    if (this.#isEvents) this.#isBetweenEvents = endsEvent(chunk);
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#end('answered');
    this.#parts.response.end();
  }

  /** undici calls it without a controller where it has not begun. */
  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (!this.#isOver) this.#fenced(() => this.#onError(error));
  }

  #onError(error: Error): void {
    const { owner, request, call } = this.#parts;
    const said = { err: error, gate: owner.address, traceId: call.traceId };
    if (this.#controller === undefined) {
      this.#gate.log.debug(said, 'the gate that has a session or a task cannot be reached');
      this.#onUnreachable(error);
      return;
    }
    this.#gate.log.warn(said, 'the gate that has a session or a task went while a request of it was answered');
    request.unpipe();
    this.#giveUp('broken', refuse('upstream-broken', 'the replica that has it is gone; look before you call again'));
  }

  /** Nothing has been sent. */
  #onUnreachable(error: Error): void {
    const { owner, replicas, serveHere, refuseHere } = this.#parts;
    const isGone = replicas.hops.lost(owner, error, this.#askedAt, this.#gate.clock.monotonic());
    const told = isGone ? 'that they are over' : 'to ask again';
    const sentence = `the gate at ${owner.address} port ${owner.port} cannot be reached: clients that name its sessions and tasks are told ${told}. If its pod runs, let the pods of the server reach each other on that port`;
    this.#gate.notices.say(`hop ${owner.address}`, { about: 'replicas', sentence });
    this.#end(isGone ? 'unreachable' : 'silent', false);
    if (isGone) serveHere();
    else refuseHere(SILENT);
  }

  /** The process ends. */
  interrupt(why: Refusal): void {
    if (this.#isOver) return;
    this.#giveUp('broken', why);
    this.#controller?.abort(new Error('the gate ends'));
  }

  /** What is thrown ends in a refusal, and never the process. */
  #fenced(step: () => void): void {
    const { call, reply, fence } = this.#parts;
    fence.call(call, reply, step);
  }

  #takeBody(body: PassThrough): void {
    const { request, askForBody } = this.#parts;
    request.on('error', () => body.destroy());
    request.on('data', (chunk: Buffer) => this.#fenced(() => this.#onBody(chunk)));
    request.pipe(body);
    askForBody();
  }

  /** As much as is read of one that is too large, for the sake of its id: what is larger is cut. */
  #onBody(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#bytes += chunk.length;
    this.#outline.push(chunk);
    if (this.#bytes <= MAX_PASSED_OVER) return;
    this.#giveUp('answered', bodyTooLarge(MAX_PASSED_OVER));
    this.#controller?.abort(new Error('the body is too large'));
  }

  readonly #onClosed = (): void => {
    if (this.#isOver) return;
    this.#end('client-gone');
    this.#body?.destroy();
    this.#controller?.abort(new Error('the client has left'));
  };

  #giveUp(outcome: HopOutcome, why: Refusal): void {
    const { response, reply, call } = this.#parts;
    const hasBegun = response.headersSent;
    this.#end(outcome, hasBegun);
    if (hasBegun) this.#breakOff(why);
    else refuseUnread(call, reply, this.#gate, why, this.#outline.end());
  }

  /** Whoever waits for the answer on a stream is told; what else has begun can only be cut, so that nobody takes it for whole. */
  #breakOff({ code, message }: Refusal): void {
    const { response } = this.#parts;
    const { kind, id } = this.#outline.end();
    if (!this.#isBetweenEvents || kind !== 'request' || id === null) {
      response.destroy();
      return;
    }
    response.end(messageEvent(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })));
  }

  /** `isServed`: nothing of the call is left to be done here, nor to be recorded. */
  #end(outcome: HopOutcome, isServed = true): void {
    const { call, response, replicas } = this.#parts;
    this.#isOver = true;
    response.off('close', this.#onClosed);
    if (this.#isStream) replicas.hops.leaveStream();
    else this.#gate.inFlight.delete(this.#place);
    if (isServed) call.room?.recorded();
    replicas.counts.ended(outcome);
  }
}

function endsEvent(chunk: Buffer): boolean {
  return chunk.at(-1) === LINE_FEED && (chunk.at(-2) === LINE_FEED || chunk.at(-2) === CARRIAGE_RETURN);
}

/** All that the next gate has to see as it came: the two read a request as one would. */
function headersOf({ rawHeaders, socket }: IncomingMessage, takesBody: boolean): string[] {
  const headers = [HOP, hopOf(socket)];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || lower === HOP || (!takesBody && lower === 'content-length')) continue;
    headers.push(name, rawHeaders[i + 1] as string);
  }
  return headers;
}
