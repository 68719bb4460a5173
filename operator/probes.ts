/** The port for those who run the operator: /metrics, /healthz, /readyz and /loglevel. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import { answerFailed, fenced } from '../core/fence.ts';
import { isWithinPod } from '../core/loopback.ts';
import { shortText } from '../core/short-text.ts';
import { MAX_LEVEL_BYTES, answerLevel, changeLevel } from '../core/telemetry/log-level.ts';
import { aborted } from './kit/clock.ts';
import { listen } from './kit/listen.ts';
import type { Runnable } from './kit/manager.ts';

/** Why the operator is not ready yet; empty: it is. */
export type Readiness = () => readonly string[];

export class Probes implements Runnable {
  readonly name = 'probes and metrics';
  readonly needsLeader = false;
  readonly ready: Promise<void>;
  readonly #port: number;
  readonly #registry: Registry;
  readonly #readiness: Readiness;
  readonly #log: Logger;
  readonly #markReady: () => void;
  #stopping = false;

  constructor(port: number, registry: Registry, readiness: Readiness, log: Logger) {
    this.#port = port;
    this.#registry = registry;
    this.#readiness = readiness;
    this.#log = log;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#markReady = resolve;
  }

  async start(signal: AbortSignal): Promise<void> {
    const server = createServer(
      fenced(
        async (request: IncomingMessage, response: ServerResponse) => {
          if (request.url === '/loglevel') return this.#answerLevel(request, response);
          request.resume();
          await this.#answer(request.url ?? '/', response);
        },
        (_error, _request, response) => answerFailed(response),
      ),
    );
    await listen(server, this.#port);
    this.#markReady();
    await aborted(signal);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** From now on not ready: whoever asks is to go elsewhere, while what was asked here is still answered. */
  leave(): void {
    this.#stopping = true;
  }

  /** For this process, until it ends; the values of the chart hold for the next one. */
  async #answerLevel(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await shortText(request.setEncoding('utf8'), MAX_LEVEL_BYTES);
    const isLocal = isWithinPod(request.socket.remoteAddress);
    const { status, body, set } = answerLevel(request.method ?? '', text, this.#log.level, isLocal);
    if (set !== undefined) changeLevel(this.#log, set);
    send(response, status, body);
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    switch (url) {
      case '/metrics': {
        const text = await this.#registry.metrics();
        response.writeHead(200, { 'content-type': this.#registry.contentType }).end(text);
        return;
      }
      case '/healthz':
        return send(response, 200, { alive: true });
      case '/readyz': {
        const waitingFor = this.#stopping ? ['the process is stopping'] : this.#readiness();
        return send(response, waitingFor.length === 0 ? 200 : 503, { ready: waitingFor.length === 0, waitingFor });
      }
      default:
        return send(response, 404, { error: 'try /metrics, /healthz or /readyz' });
    }
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
