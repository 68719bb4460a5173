/** An MCP server reached over Streamable HTTP. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Clock } from '../../core/clock.ts';
import type { Call } from '../call/call.ts';
import { ServerOAuth } from '../oauth/server-oauth.ts';
import { Breaker } from './breaker.ts';
import { forwardedHeaders } from './headers.ts';
import { type Exchange, type Upstream, UpstreamError, type UpstreamSink } from './upstream.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** What is read of an answer that has to wait; as many as there are calls wait at a time. */
const UNREAD_BYTES = 16 * 1024;
/** Below the five seconds after which Node servers close an idle connection: a reused one must not die under a call. */
const KEEP_ALIVE_MS = 4_000;

/** Failures before any byte was sent: the server cannot have executed anything. */
const NOT_CONNECTED = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
]);

export class HttpUpstream implements Upstream {
  readonly oauth: ServerOAuth;
  readonly #url: URL;
  readonly #path: string;
  readonly #breaker: Breaker;
  /** One for calls and streams: a stream that begins on a connection of its own is overtaken by the calls that come after it. */
  readonly #pool: Pool;

  constructor(url: string, clock: Clock) {
    this.#url = new URL(url);
    const { origin, pathname, search } = this.#url;
    this.#path = pathname + search;
    this.oauth = new ServerOAuth(this.#url, clock);
    this.#breaker = new Breaker(clock);
    const connect = { timeout: CONNECT_TIMEOUT_MS, highWaterMark: UNREAD_BYTES };
    const options: Pool.Options = {
      // Without bound: streams keep theirs.
      connections: null,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect,
    };
    this.#pool = new Pool(origin, options);
  }

  send(call: Call, sink: UpstreamSink): Exchange {
    if (!this.#breaker.allows()) {
      throw new UpstreamError('upstream-unreachable', 'it did not answer lately; it is tried again in a few seconds');
    }
    const exchange = new HttpExchange(this.oauth.around(sink, call), this.#breaker);
    this.#pool.dispatch(
      {
        path: call.session?.transport?.endpoint ?? this.#path,
        method: call.httpMethod,
        headers: forwardedHeaders(call.headers, call.revision?.era, namesIn(call), checksTokens(call)),
        body: call.body ?? null,
      },
      exchange,
    );
    return exchange;
  }

  endpointIn(announced: string): string | undefined {
    const endpoint = URL.parse(announced, this.#url.href);
    return endpoint?.origin === this.#url.origin ? endpoint.pathname + endpoint.search : undefined;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** What nobody has checked must not reach the server, which may believe it. */
function namesIn({ revision, session, httpMethod }: Call): { session: boolean; event: boolean } {
  const isBound = revision?.era !== 'modern' && session?.transport === undefined;
  return { session: isBound, event: isBound && httpMethod === 'GET' };
}

function checksTokens({ policy }: Call): boolean {
  return policy?.bundle.server.access.authorization === 'Server';
}

/** undici's handler for one request; fields first, no closures: this is made for every call. */
class HttpExchange implements Dispatcher.DispatchHandler, Exchange {
  readonly #sink: UpstreamSink;
  readonly #breaker: Breaker;
  #controller: Dispatcher.DispatchController | undefined = undefined;
  #over = false;

  constructor(sink: UpstreamSink, breaker: Breaker) {
    this.#sink = sink;
    this.#breaker = breaker;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#over || status < 200) return;
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

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    if (NOT_CONNECTED.has(code)) {
      this.#breaker.failed();
      this.#sink.onError(
        new UpstreamError(
          'upstream-unreachable',
          `connecting failed (${code}); check that it runs and call again`,
          error,
        ),
      );
    } else {
      this.#breaker.abandoned();
      this.#sink.onError(new UpstreamError('upstream-broken', code === '' ? error.message : code, error));
    }
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#breaker.abandoned();
    this.#controller?.abort(new Error('given up'));
  }
}
