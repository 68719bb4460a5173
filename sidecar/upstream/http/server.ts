/** An MCP server reached over Streamable HTTP. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Clock } from '../../../core/clock.ts';
import { isLoopback } from '../../../core/loopback.ts';
import type { ClientPair } from '../../tls/client-pair.ts';
import { connectInPod } from './connect-in-pod.ts';
import { Breaker, type Passage } from './breaker.ts';
import { connectionFailure, isUnreachable } from './connection-failure.ts';
import { type Headers, type Names, forwardedHeaders, withQuery } from './headers.ts';
import { whyNoStatus } from './status.ts';
import type { UpstreamRequest } from '../request.ts';
import { type Exchange, type Upstream, UpstreamError, type UpstreamSink } from '../upstream.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** What is read of an answer that has to wait; as many as there are calls wait at a time. */
const UNREAD_BYTES = 16 * 1024;
/** Below the five seconds after which Node servers close an idle connection: a reused one must not die under a call. */
const KEEP_ALIVE_MS = 4_000;

export class HttpUpstream implements Upstream {
  readonly url: URL;
  /** In the gate's own pod, at whichever loopback address it listens. */
  readonly isInPod: boolean;
  readonly #path: string;
  readonly #breaker: Breaker;
  /** One for calls and streams: a stream that begins on a connection of its own is overtaken by the calls that come after it. */
  readonly #pool: Pool;

  /** `pair`: with which the gate says who it is, where the server speaks TLS. */
  constructor(url: string, clock: Clock, inPod = false, pair?: ClientPair) {
    this.url = new URL(url);
    this.isInPod = inPod && isLoopback(this.url.hostname);
    const { origin, pathname, search } = this.url;
    this.#path = pathname + search;
    this.#breaker = new Breaker(clock);
    const connect = { timeout: CONNECT_TIMEOUT_MS, highWaterMark: UNREAD_BYTES, ...tlsOf(pair) };
    const options: Pool.Options = {
      // Without bound: streams keep theirs.
      connections: null,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: this.isInPod ? connectInPod(connect) : connect,
    };
    this.#pool = new Pool(origin, options);
  }

  get isAvoided(): boolean {
    return this.#breaker.isOpen;
  }

  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    // What may throw comes first: whoever takes the one passage of a probe has to tell what became of it.
    const options: Dispatcher.DispatchOptions = {
      path: withQuery(request.endpoint ?? this.#path, request.own?.query),
      method: request.httpMethod,
      headers: headersOf(request),
      body: request.body ?? null,
    };
    const passage = this.#breaker.enter();
    if (passage === undefined) {
      throw new UpstreamError('upstream-unreachable', 'it did not answer lately; it is tried again in a few seconds');
    }
    const exchange = new HttpExchange(sink, this.#breaker, passage);
    try {
      this.#pool.dispatch(options, exchange);
    } catch (error) {
      // undici tells the handler of what it does not take; this is for what it does not foresee.
      exchange.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)));
    }
    return exchange;
  }

  endpointIn(announced: string): string | undefined {
    const endpoint = URL.parse(announced, this.url.href);
    return endpoint?.origin === this.url.origin ? endpoint.pathname + endpoint.search : undefined;
  }

  /** What is under way goes on to its end; nothing may be sent any more. */
  async retire(): Promise<void> {
    await this.#pool.close();
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** An authority of its own takes the place of those that Node knows. */
function tlsOf(pair: ClientPair | undefined): { cert?: string; key?: string; ca?: string } {
  if (pair === undefined) return {};
  const { cert, key, ca } = pair;
  return { cert, key, ...(ca === undefined ? {} : { ca }) };
}

function headersOf(request: UpstreamRequest): Headers {
  const headers = forwardedHeaders(request.headers, request.revision?.era, namesIn(request), request.withToken);
  const { own } = request;
  if (own === undefined) return headers;
  // Many servers take an underscore for a hyphen (CGI, RFC 3875 §4.1.18): a client's header of either name would be believed there.
  const instead = new Set([...own.instead].map(folded));
  for (const name of Object.keys(headers)) if (instead.has(folded(name))) delete headers[name];
  return Object.assign(headers, own.headers);
}

function folded(name: string): string {
  return name.replaceAll('_', '-');
}

/** What nobody has checked must not reach the server, which may believe it. */
function namesIn({ revision, endpoint, sessionId, httpMethod, mayResume }: UpstreamRequest): Names {
  const isBound = revision?.era !== 'modern' && endpoint === undefined;
  return { session: isBound && sessionId !== undefined, event: isBound && httpMethod === 'GET' && mayResume };
}

/** undici's handler for one request; fields first, no closures: this is made for every call. */
class HttpExchange implements Dispatcher.DispatchHandler, Exchange {
  readonly #sink: UpstreamSink;
  readonly #breaker: Breaker;
  readonly #passage: Passage;
  #controller: Dispatcher.DispatchController | undefined = undefined;
  #over = false;

  constructor(sink: UpstreamSink, breaker: Breaker, passage: Passage) {
    this.#sink = sink;
    this.#breaker = breaker;
    this.#passage = passage;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#breaker.reached(this.#passage);
    if (this.#over) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#over) return;
    const problem = whyNoStatus(status);
    if (problem !== undefined) {
      this.abort();
      this.#sink.onError(new UpstreamError('upstream-invalid', problem));
      return;
    }
    if (status < 200) return;
    this.#breaker.succeeded();
    this.#sink.onHead(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over && !this.#sink.onData(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink.onEnd();
  }

  /** undici calls it without a controller where it has not begun. */
  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    // `onRequestStart` is called on a connection that is ready, right before the first byte is written to it.
    const wasSent = this.#controller !== undefined;
    if (isUnreachable(error, wasSent)) this.#breaker.failed(this.#passage);
    else this.#breaker.abandoned(this.#passage);
    this.#sink.onError(connectionFailure(error, wasSent));
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#breaker.abandoned(this.#passage);
    this.#controller?.abort(new Error('given up'));
  }
}
