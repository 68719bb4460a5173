/** The second port: metrics and health, for those who run the gate; nothing here reaches the MCP server. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gate } from '../gate.ts';

export class AdminServer {
  readonly #gate: Gate;
  readonly #server: http.Server;

  constructor(gate: Gate) {
    this.#gate = gate;
    this.#server = http.createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    request.resume();
    switch (request.url) {
      case '/metrics': {
        const { registry } = this.#gate.metrics;
        response.writeHead(200, { 'content-type': registry.contentType });
        response.end(await registry.metrics());
        return;
      }
      case '/healthz':
        send(response, 200, { alive: true });
        return;
      case '/readyz':
        this.#readiness(response);
        return;
      default:
        send(response, 404, { error: 'try /metrics, /healthz or /readyz' });
    }
  }

  /** Ready is: has a policy to decide by, can record, and is not on its way out. */
  #readiness(response: http.ServerResponse): void {
    const revision = this.#gate.policy.current()?.revision ?? null;
    const audit = this.#gate.audit.state;
    const ready = revision !== null && audit === 'ok' && !this.#gate.draining;
    send(response, ready ? 200 : 503, { ready, revision, audit, draining: this.#gate.draining });
  }
}

function send(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
