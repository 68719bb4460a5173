/** One request to the API server and what may be done about its failing. Knows HTTP, not kinds. */
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { ApiError, ApiUnreachableError, type Attempt, type Status } from './api-error.ts';
import { sleep, type Timers } from './clock.ts';
import type { Connection } from './connection.ts';

const TIMEOUT_MS = 30_000;
/** A server that sheds load names the seconds itself (API Priority and Fairness: usually 1); a longer word is for the caller's queue. */
const MAX_BUSY_RETRIES = 5;
const MAX_RETRY_AFTER_MS = 10_000;
/** A read that got no answer may be repeated; a write may have happened. */
const MAX_READ_RETRIES = 3;
const READ_RETRY_MS = 100;
const MAX_WARNINGS = 1_000;

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** For one attempt; 30 s. */
  readonly timeoutMs?: number;
  /** False: the first answer counts, whatever it is. */
  readonly retry?: boolean;
  /** Somebody else in whose name it is asked; the API server asks whether we may (User impersonation). Default: ourselves. */
  readonly as?: Impersonated;
}

/** All in characters that a header can carry. */
export interface Impersonated {
  readonly user: string;
  readonly groups: readonly string[];
}

export interface Call extends RequestOptions {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly query?: Record<string, string | number | boolean | undefined>;
  readonly body?: object;
  readonly contentType?: string;
  /** Media types of JSON that are taken; default: `application/json`. */
  readonly accept?: string;
}

export interface TransportOptions {
  readonly connection: Connection;
  readonly clock: Timers;
  readonly userAgent: string;
  readonly metrics?: { request(method: string, code: string): void } | undefined;
  /** Hears the warnings that the API server sends along, once each. */
  readonly log?: Logger | undefined;
}

export class Transport {
  readonly #options: TransportOptions;
  readonly #warned = new Set<string>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** One call with its retries: the server's word to come back later holds for all methods, a lost connection only for reads. */
  json<T>(attempt: Attempt, call: Call): Promise<T> {
    return this.read(attempt, call, async (body) => (await body.json()) as T);
  }

  /** The same, with a body that is read as it comes; anew with every attempt. */
  async read<T>(
    attempt: Attempt,
    call: Call,
    consume: (body: Dispatcher.ResponseData['body']) => Promise<T>,
  ): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#once(attempt, call, consume);
      } catch (error) {
        const wait = call.retry === false ? undefined : waitBefore(error, call.method, tries);
        if (wait === undefined || !(await sleep(this.#options.clock, wait, call.signal))) throw error;
      }
    }
  }

  async #once<T>(
    attempt: Attempt,
    call: Call,
    consume: (body: Dispatcher.ResponseData['body']) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
    const signal = call.signal === undefined ? deadline : AbortSignal.any([deadline, call.signal]);
    const response = await this.#send(attempt, call, signal);
    if (response.statusCode >= 300) throw await this.#refusal(attempt, response);
    try {
      return await consume(response.body);
    } catch (error) {
      throw new ApiUnreachableError(attempt, this.#options.connection.origin, error);
    }
  }

  /** The body as it comes, for as long as the signal lets it. One attempt. */
  async stream(attempt: Attempt, call: Call, signal: AbortSignal): Promise<Readable> {
    const response = await this.#send(attempt, call, signal);
    if (response.statusCode === 200) return response.body;
    throw await this.#refusal(attempt, response);
  }

  async #send(attempt: Attempt, call: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { connection, metrics, userAgent } = this.#options;
    try {
      const { agent, headers } = await connection.open();
      const response = await agent.request({
        origin: connection.origin,
        path: connection.basePath + call.path + search(call.query),
        method: call.method,
        headers: {
          ...headers,
          accept: call.accept ?? 'application/json',
          'user-agent': userAgent,
          ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
          ...headersOf(call.as),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal,
      });
      metrics?.request(call.method, String(response.statusCode));
      // A token that was rotated away: the next attempt reads it again.
      if (response.statusCode === 401) connection.expire();
      this.#pass(response.headers['warning']);
      return response;
    } catch (error) {
      metrics?.request(call.method, '<error>');
      throw new ApiUnreachableError(attempt, connection.origin, error);
    }
  }

  async #refusal(attempt: Attempt, response: Dispatcher.ResponseData): Promise<ApiError | ApiUnreachableError> {
    try {
      const text = await response.body.text();
      return new ApiError(attempt, response.statusCode, statusOf(text), retryAfterOf(response.headers['retry-after']));
    } catch (error) {
      return new ApiUnreachableError(attempt, this.#options.connection.origin, error);
    }
  }

  /** `299 - "text"` (RFC 7234 §5.5, as Kubernetes uses it): a field the server does not know, a version that is going away. */
  #pass(header: string | string[] | undefined): void {
    const { log } = this.#options;
    if (header === undefined || log === undefined) return;
    for (const text of [header].flat()) {
      if (this.#warned.has(text) || this.#warned.size >= MAX_WARNINGS) continue;
      this.#warned.add(text);
      log.warn({ warning: text }, 'the API server warns');
    }
  }
}

/** A header for each group: the API server does not take a list. */
function headersOf(as: Impersonated | undefined): Record<string, string | string[]> {
  if (as === undefined) return {};
  return {
    'impersonate-user': as.user,
    ...(as.groups.length === 0 ? {} : { 'impersonate-group': [...as.groups] }),
  };
}

function waitBefore(error: unknown, method: string, tries: number): number | undefined {
  if (error instanceof ApiUnreachableError) {
    // Who has waited for half a minute need not wait for two.
    const timedOut = error.cause instanceof Error && error.cause.name === 'TimeoutError';
    return method === 'GET' && !timedOut && tries < MAX_READ_RETRIES ? READ_RETRY_MS * 2 ** tries : undefined;
  }
  if (!(error instanceof ApiError) || tries >= MAX_BUSY_RETRIES) return undefined;
  // Without the header a 429 is an answer, not a request to wait: an eviction that a disruption budget forbids.
  const busy = (error.status === 429 || error.status === 503) && error.retryAfterMs !== undefined;
  return busy && error.retryAfterMs <= MAX_RETRY_AFTER_MS ? error.retryAfterMs : undefined;
}

function search(query: Call['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** In front of the API server there may be things that answer in HTML. */
function statusOf(text: string): Status {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Not JSON: the text is the message.
  }
  return { message: text.trim().slice(0, 300) };
}

/** Seconds; the API server never sends a date. */
function retryAfterOf(header: string | string[] | undefined): number | undefined {
  const seconds = Number([header].flat()[0]);
  return header === undefined || !Number.isFinite(seconds) || seconds < 0 ? undefined : seconds * 1000;
}
