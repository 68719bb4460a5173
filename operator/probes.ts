/** The port for those who run the operator: /metrics, /healthz and /readyz. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { answerFailed, fenced } from '../core/fence.ts';
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
  readonly #markReady: () => void;
  #stopping = false;

  constructor(port: number, registry: Registry, readiness: Readiness) {
    this.#port = port;
    this.#registry = registry;
    this.#readiness = readiness;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#markReady = resolve;
  }

  async start(signal: AbortSignal): Promise<void> {
    const server = createServer(
      fenced(
        async (request: IncomingMessage, response: ServerResponse) => {
          request.resume();
          await this.#answer(request.url ?? '/', response);
        },
        (_error, _request, response) => answerFailed(response),
      ),
    );
    await listen(server, this.#port);
    this.#markReady();
    signal.addEventListener('abort', () => (this.#stopping = true), { once: true });
    await aborted(signal);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
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
