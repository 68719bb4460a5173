/** An HTTP endpoint that records what it is sent, and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Never answers. */
  readonly silent?: boolean;
}

export class Endpoint {
  readonly received: Received[] = [];
  /** Says what the answer is. Default: 204. */
  answer: (received: Received) => Reply = () => ({ status: 204 });
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const received = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
        this.received.push(received);
        const { status = 200, headers: own = {}, body = '', silent = false } = this.answer(received);
        if (!silent) response.writeHead(status, own).end(body);
      });
    });
  }

  static async start(port = 0): Promise<Endpoint> {
    const endpoint = new Endpoint();
    await endpoint.#listen(port);
    return endpoint;
  }

  /** Also once it is closed. */
  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }
}
