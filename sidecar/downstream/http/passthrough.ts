/**
 * Requests beside MCP that the server's owner lets through, such as those for `/metrics`. Nothing of them is decided by rules, so what
 * could be MCP does not pass: no other path than those listed, byte for byte, no body, no header that lets frameworks take another
 * path or method, and no stream of events in return. Who asks is proven as for calls, unless the path is for everybody.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { PassedPath } from '../../../core/api/passthrough.ts';
import { type Refusal, refuse, refuseMethod } from '../../../core/mcp/refusals.ts';
import type { EnteringCall } from '../../call/call.ts';
import { haltedRefusal } from '../../call/halted.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import type { Reply } from '../../call/reply.ts';
import { settle } from '../../call/settle.ts';
import { serverChecksTokens } from '../../identity/who-checks.ts';
import type { PathParts } from '../../path/parts.ts';
import type { Doing, InFlightCall } from '../../memory/in-flight.ts';
import { Place } from '../../memory/in-order.ts';
import { identify } from '../../path/steps/identify.ts';
import { requireOrder } from '../../path/steps/require-order.ts';
import { returnedHeaders } from '../../upstream/http/headers.ts';
import type { HttpMethod, UpstreamRequest } from '../../upstream/request.ts';
import { type Exchange, UpstreamError, type UpstreamSink } from '../../upstream/upstream.ts';
import { checkSurfaceHead, pathOf } from './intake.ts';
import type { Passthrough } from './passed-paths.ts';

/**
 * Of all callers, for each path: each request takes the server's time, and anybody may ask where no token is needed. A path whose answers
 * do not come takes nothing from the others; there are sixteen at most (core/api/passthrough.ts).
 */
const MAX_OPEN = 16;
/** A profile may take a minute; what takes longer is a stream. */
const MAX_MS = 120_000;

/** What a server needs to answer a GET; `authorization` goes where the server checks tokens itself. */
const FORWARDED = [
  ...(['accept', 'accept-language', 'authorization', 'if-modified-since', 'if-none-match', 'range'] as const),
  ...(['traceparent', 'tracestate', 'user-agent'] as const),
];

const TOO_MANY = refuse(
  'too-many-calls',
  `at most ${MAX_OPEN} requests for a path beside MCP are open; ask again in a moment`,
);
const EVENTS = 'it answers with an event stream, which could be MCP, where only other things pass';

const HIDDEN =
  'it answers with something compressed, or with a part of something, where the keys that the gate shows to it could not be seen';

export class PassingRequests {
  readonly #gate: PathParts;
  readonly #paths: Passthrough;
  /** How many are open, by path. */
  readonly #open = new Map<string, number>();

  constructor(gate: PathParts, paths: Passthrough) {
    this.#gate = gate;
    this.#paths = paths;
  }

  /** True: the request is for one of the paths, and is answered here. */
  take(call: EnteringCall, reply: Reply, request: IncomingMessage): boolean {
    if (this.#paths.size === 0) return false;
    const { url = '' } = request;
    const passed = this.#paths.get(pathOf(url));
    if (passed === undefined) return false;
    const refusal = this.#whyNot(call, request, passed);
    call.course.detail = `${call.request.httpMethod} ${passed.path}`;
    if (refusal !== undefined) refuseCall(call, reply, this.#gate, refusal);
    else this.#pass(call, reply, url, passed.path);
    return true;
  }

  #whyNot(call: EnteringCall, request: IncomingMessage, { path, methods, anonymous }: PassedPath): Refusal | undefined {
    const { policy } = call.entry;
    const isAllowed = methods.some((method) => method === request.method);
    return (
      (policy && checkSurfaceHead(request, policy)) ??
      (isAllowed ? undefined : refuseMethod(methods)) ??
      (request.url?.includes('#') === true ? refuse('bad-target') : undefined) ??
      (hasBody(request.headers) ? refuse('malformed-http', 'no body passes here') : undefined) ??
      requireOrder(call, this.#gate) ??
      (anonymous ? undefined : identify(call, this.#gate)) ??
      haltOf(call, this.#gate) ??
      (this.#openOf(path) < MAX_OPEN ? undefined : TOO_MANY)
    );
  }

  #openOf(path: string): number {
    return this.#open.get(path) ?? 0;
  }

  #pass(call: EnteringCall, reply: Reply, target: string, path: string): void {
    const { request, entry } = call;
    const answer = new PassedAnswer(call, reply, this.#gate, () => this.#open.set(path, this.#openOf(path) - 1));
    this.#open.set(path, this.#openOf(path) + 1);
    const asked: UpstreamRequest = {
      httpMethod: request.httpMethod,
      headers: headersFor(request.headers, this.#gate.credentials.said !== undefined),
      ...{ body: undefined, message: undefined, revision: undefined, sessionId: undefined },
      endpoint: target,
      mayResume: false,
      principal: entry.proof?.principal,
      withToken: serverChecksTokens(entry.policy),
      takesMore: false,
    };
    try {
      answer.attach(this.#gate.upstream.send(asked, answer));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      answer.onError(error);
    }
  }
}

/** Whoever need not say who they are is halted with everybody. */
function haltOf({ entry, principal }: EnteringCall, { policy }: PathParts): Refusal | undefined {
  const halt = (policy.current() ?? entry.policy)?.halts?.ofAll(principal);
  return halt && haltedRefusal(halt);
}

/** In a GET it means nothing (RFC 9110 §9.3.1), and some servers read it all the same. */
function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** `isWatched`: the answer is looked through for keys, and who may ask for a part of it could have one in parts. */
function headersFor(all: IncomingHttpHeaders, isWatched: boolean): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const name of FORWARDED) {
    if (all[name] !== undefined && !(isWatched && name === 'range')) headers[name] = all[name] as never;
  }
  return headers;
}

/** In what is compressed, or is a part that nobody has asked for, no key can be seen. */
function isHidden(status: number, headers: IncomingHttpHeaders): boolean {
  return status === 206 || (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity';
}

class PassedAnswer implements UpstreamSink, InFlightCall {
  readonly #call: EnteringCall;
  readonly #reply: Reply;
  readonly #gate: PathParts;
  readonly #onOver: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #method: HttpMethod;
  readonly #place = new Place<InFlightCall>(this);
  #exchange: Exchange | undefined = undefined;
  #over = false;

  constructor(call: EnteringCall, reply: Reply, gate: PathParts, onOver: () => void) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#onOver = onOver;
    this.#method = call.request.httpMethod;
    const late = refuse('upstream-broken', `its answer was not whole in ${MAX_MS / 1000} s`);
    this.#timer = setTimeout(() => this.#fail(late), MAX_MS).unref();
    gate.inFlight.add(this.#place);
  }

  attach(exchange: Exchange): void {
    this.#exchange = exchange;
    if (this.#over) exchange.abort();
    this.#reply.onClientGone(() => {
      exchange.abort();
      if (this.#isOver()) return;
      settle(this.#call, this.#gate, 'client-gone', 'passthrough');
    });
  }

  get doing(): Doing {
    return this.#call.doing;
  }

  /** It is halted, or the process ends. */
  interrupt(why: Refusal): void {
    this.#fail(why);
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    if (this.#over) return;
    if (this.#gate.credentials.said !== undefined && isHidden(status, headers)) {
      this.#fail(refuse('upstream-invalid', HIDDEN));
      return;
    }
    // Wherever it stands, and in any of several: clients look for the name alone.
    if (String(headers['content-type']).toLowerCase().includes('text/event-stream')) {
      this.#fail(refuse('upstream-invalid', EVENTS));
      return;
    }
    // Whoever asks a path of the server is no visitor of its pages.
    const { 'set-cookie': _, ...returned } = returnedHeaders(headers, true);
    if (this.#method !== 'HEAD') this.#reply.start(status, returned);
    else this.#reply.send(status, returned, '');
  }

  onData(chunk: Buffer): boolean {
    if (this.#over || this.#reply.write(chunk)) return true;
    this.#reply.onDrain(() => this.#exchange?.resume());
    return false;
  }

  onEnd(): void {
    if (this.#isOver()) return;
    this.#reply.end();
    settle(this.#call, this.#gate, 'answered', 'passthrough');
  }

  onError({ reason, message }: UpstreamError): void {
    this.#fail(refuse(reason, message));
  }

  #fail(refusal: Refusal): void {
    if (this.#isOver()) return;
    this.#exchange?.abort();
    // What has begun can only be cut, so that nobody takes it for whole.
    if (this.#reply.started) this.#reply.destroy();
    refuseCall(this.#call, this.#reply, this.#gate, refusal);
  }

  /** Once: what it takes up is given back. */
  #isOver(): boolean {
    if (this.#over) return true;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#gate.inFlight.delete(this.#place);
    this.#onOver();
    return false;
  }
}
