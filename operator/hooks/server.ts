/**
 * What listens to the world: POST /slack/actions and POST /hooks/vote, over TLS. Whoever sends is unknown until a signature is proven, so until then
 * everything is bounded: connections, bodies, time.
 */
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { answerFailed, fenced } from '../../core/fence.ts';
import { aborted, sleep, type Timers } from '../kit/clock.ts';
import { listen } from '../kit/listen.ts';
import type { Runnable } from '../kit/manager.ts';
import type { DoorName, HookAnswer, HookOutcome } from './answer.ts';
import { MAX_BODY, readHookBody } from './body.ts';
import type { HooksMetrics } from './metrics.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';

/** With the largest bodies that is 128 MiB, half of what the chart gives. */
const MAX_CONNECTIONS = 256;
/** One connection may send its next request before the last one is answered (RFC 9112 §9.3.2). */
const MAX_REQUESTS = 256;
const HEADERS_MS = 5_000;
const REQUEST_MS = 15_000;
const KEEP_ALIVE_MS = 30_000;
const DRAIN_MS = 12_000;
const LOOK_MS = 1_000;
const RENEW_MS = 10_000;

export interface Door {
  answer(headers: IncomingHttpHeaders, body: Buffer): Promise<HookAnswer>;
}

export interface HooksServerOptions {
  readonly port: number;
  /** Folder with tls.crt and tls.key. */
  readonly tls: string;
  /** By path. */
  readonly doors: ReadonlyMap<string, { readonly name: DoorName; readonly door: Door }>;
  readonly metrics: HooksMetrics;
  readonly clock: Timers;
  readonly log: Logger;
  /** Why nothing here can be relied on any more; everything is refused then. */
  readonly fallen?: () => string | undefined;
}

const REFUSALS = {
  'too-large': [413, `the body is larger than ${MAX_BODY} bytes`],
  slow: [408, 'the body did not come in time'],
  busy: [503, 'too much comes in at this moment; try again in a few seconds'],
} as const;

export class HooksServer implements Runnable {
  readonly name = 'hooks';
  readonly needsLeader = false;
  readonly ready: Promise<void>;
  readonly #options: HooksServerOptions;
  readonly #listening = Promise.withResolvers<void>();
  /** Requests that are not over, and of some of them what comes after their answer. */
  readonly #open = new Set<Promise<void>>();
  #port = 0;
  #leaving = false;

  constructor(options: HooksServerOptions) {
    this.#options = options;
    this.ready = this.#listening.promise;
  }

  /** Where it listens; 0 as long as it does not. */
  get port(): number {
    return this.#port;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { port } = this.#options;
    const material = await this.#firstMaterial(signal);
    if (material === undefined) return;
    const server = this.#create(material);
    this.#port = await listen(server, port);
    this.#options.log.info({ port: this.#port }, 'listening');
    this.#listening.resolve();
    await Promise.race([aborted(signal), this.#renew(server, material, signal)]);
    await this.#drain(server);
  }

  /** Each answer ends its connection from now on. */
  leave(): void {
    this.#leaving = true;
  }

  #create(material: TlsFiles): Server {
    const server = createServer(
      {
        ...material,
        minVersion: 'TLSv1.2',
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        handshakeTimeout: HEADERS_MS,
        connectionsCheckingInterval: LOOK_MS,
      },
      fenced(
        async (request: IncomingMessage, response: ServerResponse) => this.#take(request, response),
        (error, request, response) => {
          this.#options.log.error({ err: error, path: request.url }, 'a decision was not answered');
          const door = this.#options.doors.get(pathOf(request))?.name;
          if (door !== undefined) this.#options.metrics.ended(door, 'failed');
          answerFailed(response);
        },
      ),
    );
    server.maxConnections = MAX_CONNECTIONS;
    return server;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open.add(promise);
    try {
      await this.#handle(request, response);
    } finally {
      this.#open.delete(promise);
      resolve();
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { doors, fallen } = this.#options;
    if (this.#leaving) response.setHeader('connection', 'close');
    const behind = doors.get(pathOf(request));
    if (behind === undefined) return send(request, response, 404, { error: 'nothing is here' });
    if (request.method !== 'POST') return send(request, response, 405, { error: 'decisions come with POST' });
    if (fallen?.() !== undefined) return this.#refuse(request, response, behind.name, 'busy');
    if (this.#open.size > MAX_REQUESTS) return this.#refuse(request, response, behind.name, 'busy');
    const body = await readHookBody(request);
    if ('problem' in body) {
      if (body.problem === 'lost') return this.#record(behind.name, 'malformed', { why: 'the connection was lost' });
      return this.#refuse(request, response, behind.name, body.problem);
    }
    const answer = await behind.door.answer(request.headers, body.bytes);
    send(request, response, answer.status, answer.body);
    const { outcome, about } = await answer.ended;
    this.#record(behind.name, outcome, about);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, door: DoorName, outcome: keyof typeof REFUSALS): void {
    const [status, error] = REFUSALS[outcome];
    this.#record(door, outcome);
    send(request, response, status, { error });
  }

  #record(door: DoorName, outcome: HookOutcome, about: object = {}): void {
    const { metrics, log } = this.#options;
    metrics.ended(door, outcome);
    const isFine = outcome === 'voted' || outcome === 'ignored';
    log[isFine ? 'info' : 'warn'](
      { door, outcome, ...about },
      isFine ? 'a decision came in' : 'a decision was not taken',
    );
  }

  async #firstMaterial(signal: AbortSignal): Promise<TlsFiles | undefined> {
    const { tls, clock, log } = this.#options;
    for (let isTold = false; !signal.aborted; isTold = true) {
      const material = readTlsFiles(tls);
      if (material !== undefined) return material;
      if (!isTold) log.info({ folder: tls }, 'waiting for the certificate');
      await sleep(clock, LOOK_MS, signal);
    }
    return undefined;
  }

  async #renew(server: Server, first: TlsFiles, signal: AbortSignal): Promise<void> {
    const { tls, clock, log } = this.#options;
    let inUse = first;
    while (await sleep(clock, RENEW_MS, signal)) {
      try {
        const now = readTlsFiles(tls);
        if (now === undefined || (now.cert === inUse.cert && now.key === inUse.key)) continue;
        server.setSecureContext(now);
        inUse = now;
        log.info('the certificate was replaced');
      } catch (error) {
        log.error({ err: error }, 'a new certificate was not taken; the one before stays in use');
      }
    }
  }

  /** No new connections; what is under way is finished, and whoever pressed a button is told. */
  async #drain(server: Server): Promise<void> {
    this.#leaving = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const cancel = this.#options.clock.after(DRAIN_MS, () => server.closeAllConnections());
    await closed;
    cancel();
    await Promise.race([Promise.all(this.#open), sleep(this.#options.clock, DRAIN_MS)]);
  }
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? '';
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: object | undefined): void {
  // What is left of the body is not waited for, so the connection cannot be used again.
  if (!request.complete) response.setHeader('connection', 'close');
  if (status === 503) response.setHeader('retry-after', '2');
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  response.end(`${JSON.stringify(body)}\n`);
}
