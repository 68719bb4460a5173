/** A token endpoint on loopback that answers whatever a test says, and keeps what it was asked. */
import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

type Serve = (asked: Asked, response: ServerResponse) => void;

export class TokenEndpoint {
  readonly asked: Asked[] = [];
  /** By default the n-th question gets `issued-token-n`. */
  serve: Serve = (_, response) =>
    answerJson(response, 200, {
      access_token: `issued-token-${this.asked.length}`,
      token_type: 'Bearer',
      expires_in: 300,
    });
  readonly #server: http.Server;

  private constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url = '', headers } = request;
        const asked = { path: url, headers, form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')) };
        this.asked.push(asked);
        this.serve(asked, response);
      });
    });
  }

  static async start(): Promise<TokenEndpoint> {
    const endpoint = new TokenEndpoint();
    await new Promise<void>((resolve) => endpoint.#server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `${this.origin}/token`;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  answers(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.serve = (_, response) => answerJson(response, status, body, headers);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
