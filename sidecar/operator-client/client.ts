/**
 * The way to the operator: HTTPS with its own CA, and a token that proves which pod asks. Both files are replaced while the
 * process runs. Nothing of this is on the path of an ordinary call.
 */
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Clock } from '../../core/clock.ts';
import { version } from '../../core/version.ts';
import { BoundedAnswer, type RawAnswer } from './bounded-answer.ts';
import { TokenFile, WatchedText } from './files.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/** As long as the operator says it keeps a connection (the Keep-Alive header); this is for when it does not say. */
const KEEP_ALIVE_MS = 4_000;
const KEEP_ALIVE_MAX_MS = 10 * 60_000;
/** Requests that are answered at once, and those that wait for a person, apart: the former must not queue behind the latter. */
const CONNECTIONS = 8;
const WAITING_CONNECTIONS = 100;
/** A connection that was kept may be closed at the other end in the moment it is used again. */
const BROKEN_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

export interface OperatorAddress {
  readonly url: string;
  /** PEM; undefined: the roots that Node knows. */
  readonly caFile: string | undefined;
  readonly tokenFile: string;
}

export interface OperatorRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly timeoutMs: number;
  /** Doing it twice does no harm: a broken connection is tried once more at once. */
  readonly repeatable: boolean;
  /** The answer may take as long as a person thinks. */
  readonly waits?: boolean;
  /** Default: 64 KiB. */
  readonly maxAnswerBytes?: number;
  readonly signal?: AbortSignal;
}

export interface OperatorAnswer {
  readonly status: number;
  /** Undefined where the answer had none, or it was not JSON. */
  readonly body: unknown;
}

export class OperatorClient {
  readonly #origin: string;
  readonly #base: string;
  readonly #token: TokenFile;
  readonly #ca: WatchedText | undefined;
  #caInUse: string | undefined = undefined;
  #pools: { readonly calls: Pool; readonly waiting: Pool } | undefined = undefined;

  constructor({ url, caFile, tokenFile }: OperatorAddress, clock: Clock) {
    const { origin, pathname } = new URL(url);
    this.#origin = origin;
    this.#base = pathname.replace(/\/+$/, '');
    this.#token = new TokenFile(tokenFile, clock);
    this.#ca = caFile === undefined ? undefined : new WatchedText(caFile, 'CA');
  }

  /** Rejects where there was no answer at all; the error says why. */
  async request(request: OperatorRequest): Promise<OperatorAnswer> {
    const answer = await this.#attempt(request);
    if (answer.status !== 401 || !this.#token.renew()) return parsed(answer);
    return parsed(await this.#attempt(request));
  }

  async close(): Promise<void> {
    await Promise.all([this.#pools?.calls.destroy(), this.#pools?.waiting.destroy()]);
  }

  async #attempt(request: OperatorRequest): Promise<RawAnswer> {
    try {
      return await this.#send(request);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!request.repeatable || code === undefined || !BROKEN_CONNECTION.has(code)) throw error;
      return this.#send(request);
    }
  }

  async #send({ method, path, body, timeoutMs, waits, maxAnswerBytes, signal }: OperatorRequest): Promise<RawAnswer> {
    signal?.throwIfAborted();
    const collected = new BoundedAnswer(maxAnswerBytes);
    const { calls, waiting } = this.#connected();
    const late = setTimeout(() => collected.fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const onAbort = (): void => collected.fail(new Error('given up'));
    signal?.addEventListener('abort', onAbort);
    try {
      (waits === true ? waiting : calls).dispatch(
        {
          path: `${this.#base}${path}`,
          method,
          headers: {
            authorization: `Bearer ${this.#token.current()}`,
            accept: 'application/json',
            'user-agent': `sallyport-sidecar/${version}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          body: body === undefined ? null : JSON.stringify(body),
        },
        collected,
      );
      return await collected.whole;
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** With the CA as it is now. Connections made with an earlier one end with what they carry. */
  #connected(): { readonly calls: Pool; readonly waiting: Pool } {
    const ca = this.#ca?.current();
    if (this.#pools !== undefined && ca === this.#caInUse) return this.#pools;
    void Promise.allSettled([this.#pools?.calls.close(), this.#pools?.waiting.close()]);
    this.#caInUse = ca;
    const options: Pool.Options = {
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: CONNECT_TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) },
    };
    this.#pools = {
      calls: new Pool(this.#origin, { ...options, connections: CONNECTIONS }),
      waiting: new Pool(this.#origin, { ...options, connections: WAITING_CONNECTIONS }),
    };
    return this.#pools;
  }
}

function parsed({ status, body }: RawAnswer): OperatorAnswer {
  try {
    return { status, body: body === '' ? undefined : JSON.parse(body) };
  } catch {
    return { status, body: undefined };
  }
}

/** What the operator says is wrong: `{"error": "a sentence"}`. */
export function describeFailure({ status, body }: OperatorAnswer): string {
  const sentence =
    typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string' ? body.error : '';
  return sentence === '' ? `HTTP ${status}` : `HTTP ${status}: ${sentence.slice(0, 500)}`;
}
