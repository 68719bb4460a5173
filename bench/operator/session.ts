/** An MCP client that is nothing but its requests: what it measures is the gate, not itself. */
import { Client } from 'undici';

export interface SessionOptions {
  /** Where the Service is. */
  readonly origin: string;
  /** What clients call it. */
  readonly host: string;
  readonly token: string;
}

const REVISION = '2025-11-25';
const TIMEOUT_MS = 10_000;

export class Session {
  readonly #client: Client;
  #headers: Record<string, string>;

  private constructor(client: Client, headers: Record<string, string>) {
    this.#client = client;
    this.#headers = headers;
  }

  static async open({ origin, host, token }: SessionOptions): Promise<Session> {
    const client = new Client(origin, { pipelining: 1, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
    const session = new Session(client, {
      host,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': REVISION,
      'user-agent': 'sallyport-bench',
    });
    const clientInfo = { name: 'bench', version: '1' };
    await session.#post('initialize', { protocolVersion: REVISION, capabilities: {}, clientInfo });
    return session;
  }

  /** With the id of the session. */
  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  /** What came back, an answer of the server or a refusal of the gate. */
  echo(message: string): Promise<string> {
    return this.#post('tools/call', { name: 'echo', arguments: { message } });
  }

  close(): Promise<void> {
    return this.#client.destroy();
  }

  async #post(method: string, params: object): Promise<string> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const answer = await this.#client.request({ method: 'POST', path: '/mcp', headers: this.#headers, body });
    const text = await answer.body.text();
    if (answer.statusCode >= 500) throw new Error(`${method} was answered with HTTP ${answer.statusCode}: ${text}`);
    const id = answer.headers['mcp-session-id'];
    if (typeof id === 'string') this.#headers = { ...this.#headers, 'mcp-session-id': id };
    return text;
  }
}
