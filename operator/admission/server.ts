/**
 * The HTTPS server that the API server asks. It authenticates nobody, since the API server does not authenticate itself to
 * webhooks: whoever gets here learns what a patch would be, and nothing can be done by it.
 */
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { answerFailed, fenced } from '../../core/fence.ts';
import type { Clock } from '../../core/clock.ts';
import { aborted, type Timers } from '../kit/clock.ts';
import { listen } from '../kit/listen.ts';
import type { Runnable } from '../kit/manager.ts';
import type { Certificates, ServingMaterial } from '../tls/certificates.ts';
import { readBody } from './body.ts';
import { BodyRoom, type Share } from './body-room.ts';
import type { AdmissionMetrics } from './metrics.ts';
import {
  type AdmissionAnswer,
  type AdmissionHandler,
  type AdmissionRequest,
  outcomeOf,
  readReview,
  subjectOf,
  writeReview,
} from './review.ts';

/**
 * The API server keeps connections for 90 s (Go's default); a server that hangs up earlier races with the next request, and a lost
 * one is an admission that failed. Headers within 32 s. Both as controller-runtime has them.
 */
const KEEP_ALIVE_MS = 90_000;
const HEADERS_MS = 32_000;
/** Ends what nobody waits for: the API server gives a webhook 30 s at the very most. */
const REQUEST_MS = 35_000;
/** After that what still runs is cut off: the pod gets 30 s in all. */
const DRAIN_MS = 10_000;
/** Until every node has heard that nothing leads here any more. */
const ENDPOINTS_MS = 1_000;

export interface AdmissionServerOptions {
  readonly port: number;
  /** Default: all addresses. */
  readonly host?: string;
  /** By path, such as `/inject`. */
  readonly handlers: ReadonlyMap<string, AdmissionHandler>;
  readonly certificates: Pick<Certificates, 'current' | 'onChange'>;
  readonly metrics: AdmissionMetrics;
  readonly clock: Timers;
  readonly log: Logger;
  /** Why nothing here can be relied on any more; everything is refused then. */
  readonly fallen?: (() => string | undefined) | undefined;
}

interface Webhook {
  readonly handler: AdmissionHandler;
  readonly metrics: ReturnType<AdmissionMetrics['webhook']>;
}

export class AdmissionServer implements Runnable {
  readonly name = 'admission';
  readonly needsLeader = false;
  readonly ready: Promise<void>;
  readonly #options: AdmissionServerOptions;
  readonly #webhooks: ReadonlyMap<string, Webhook>;
  readonly #room = new BodyRoom();
  readonly #listening = Promise.withResolvers<void>();
  #port = 0;
  #leaving = false;
  #server: https.Server | undefined = undefined;

  constructor(options: AdmissionServerOptions) {
    this.#options = options;
    this.ready = this.#listening.promise;
    const { handlers, metrics } = options;
    this.#webhooks = new Map(
      [...handlers].map(([path, handler]) => [path, { handler, metrics: metrics.webhook(path.slice(1), handler) }]),
    );
  }

  /** Where it listens; of interest when port 0 was asked for. */
  get port(): number {
    return this.#port;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { certificates, host, port } = this.#options;
    const server = https.createServer(
      {
        ...tls(certificates.current()),
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
      },
      fenced(
        async (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response),
        (error, _request, response) => {
          // HTTP 500 is a refusal to the API server.
          this.#options.log.error({ err: error }, 'an admission request was not answered');
          answerFailed(response);
        },
      ),
    );
    this.#server = server;
    const stop = certificates.onChange((material) => server.setSecureContext(tls(material)));
    try {
      this.#port = await listen(server, port, host);
      this.#listening.resolve();
      await aborted(signal);
    } finally {
      stop();
      await this.#drain(server);
    }
  }

  /**
   * Each answer ends its connection, so that the API server's next question goes where its Service leads by then. Idle ones end once it
   * leads elsewhere: after an upgrade, whoever restarts a workload at once is to get the gates of the new operator, not of this one.
   */
  leave(): void {
    this.#leaving = true;
    this.#options.clock.after(ENDPOINTS_MS, () => this.#server?.closeIdleConnections());
  }

  /** No new connections; those that are open are told to go with their next answer. */
  async #drain(server: https.Server): Promise<void> {
    this.#leaving = true;
    const cancel = this.#options.clock.after(DRAIN_MS, () => server.closeAllConnections());
    await new Promise<void>((resolve) => server.close(() => resolve()));
    cancel();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#leaving) response.setHeader('connection', 'close');
    const webhook = this.#webhooks.get(request.url?.split('?', 1)[0] ?? '');
    if (webhook === undefined) {
      send(request, response, 404, `no webhook is here; they are ${[...this.#webhooks.keys()].join(', ')}`);
      return;
    }
    const share = this.#room.open(request.socket.remoteAddress ?? '');
    try {
      await this.#review(webhook, request, response, share);
    } finally {
      share.close();
    }
  }

  async #review(webhook: Webhook, request: IncomingMessage, response: ServerResponse, share: Share): Promise<void> {
    const { clock, log } = this.#options;
    const began = clock.monotonic();
    const { metrics } = webhook;
    const text = await readBody(request, share);
    if (typeof text !== 'string') {
      metrics.answered('failed', 'bad-request', seconds(clock, began));
      if (text.status > 0) send(request, response, text.status, text.problem);
      return;
    }
    const review = readReview(text);
    if ('problem' in review) {
      metrics.answered('failed', 'bad-request', seconds(clock, began));
      log.warn({ webhook: request.url, problem: review.problem }, 'a request that is no admission review');
      send(request, response, 400, review.problem);
      return;
    }
    const answer = await this.#ask(webhook, review, began);
    response.setHeader('content-type', 'application/json');
    response.end(writeReview(review, answer));
  }

  /** What a handler throws is a refusal: an error of ours must let nothing in. */
  async #ask({ handler, metrics }: Webhook, review: AdmissionRequest, began: number): Promise<AdmissionAnswer> {
    const { clock, log, fallen } = this.#options;
    if (fallen?.() !== undefined) {
      metrics.answered('failed', 'error', seconds(clock, began));
      return {
        allowed: false,
        reason: 'error',
        message: "Sallyport's operator has failed and ends; its log says why. Try again when it is back",
      };
    }
    try {
      const answer = await handler.answer(review);
      metrics.answered(outcomeOf(answer), answer.reason, seconds(clock, began));
      return answer;
    } catch (error) {
      metrics.answered('failed', 'error', seconds(clock, began));
      log.error(
        { err: error, object: subjectOf(review), uid: review.uid },
        'an admission request could not be decided',
      );
      const message = `Sallyport failed to look at ${subjectOf(review)}, so it is refused; the operator's log has the error under ${review.uid}`;
      return { allowed: false, reason: 'error', message };
    }
  }
}

function tls({ cert, key }: ServingMaterial) {
  // The API server and our sidecars both speak 1.3; nobody else has business here.
  return { cert, key, minVersion: 'TLSv1.3' } as const;
}

function seconds(clock: Clock, began: number): number {
  return (clock.monotonic() - began) / 1000;
}

function send(request: IncomingMessage, response: ServerResponse, status: number, problem: string): void {
  // What is left of the body is not waited for, so the connection cannot be used again.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${problem}\n`);
}
