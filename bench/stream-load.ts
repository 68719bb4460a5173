/**
 * Clients that listen, in a process of their own: each opens a session and the stream of its GET, and looks whether it lives. A stream that
 * ends, breaks or falls silent has died; nobody opens it again.
 */
import http from 'node:http';
import { tokenOf } from './gate.ts';
import { headersOf, INITIALIZE, INITIALIZED } from './mcp-headers.ts';

export interface StreamOrder {
  readonly port: number;
  readonly streams: number;
  /** Clients whose tokens are used in turn. */
  readonly clients: number;
}

export interface StreamState {
  readonly open: number;
  readonly died: number;
  /** Events that came, of all streams. */
  readonly events: number;
  /** Milliseconds since the last event of the stream that has waited longest. */
  readonly silentMs: number;
  /** Of the first stream that died, or that could not be opened. */
  readonly problem: string | undefined;
}

/** Opened so many at a time. */
const AT_ONCE = 20;
const MAX_OPEN_MS = 30_000;

interface Stream {
  lastEvent: number;
  readonly request: http.ClientRequest;
}

class StreamLoad {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  readonly #streams = new Set<Stream>();
  #died = 0;
  #events = 0;
  #problem: string | undefined = undefined;
  #closing = false;

  async open({ port, streams, clients }: StreamOrder): Promise<void> {
    let next = 0;
    const opener = async (): Promise<void> => {
      while (next < streams) {
        const token = tokenOf(next++ % clients);
        try {
          await this.#listen(port, token, await this.#newSession(port, token));
        } catch (error) {
          this.#lose(error instanceof Error ? error.message : String(error));
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, opener));
    // From now on only streams are open.
    this.#agent.destroy();
  }

  get state(): StreamState {
    const now = performance.now();
    let silentMs = 0;
    for (const { lastEvent } of this.#streams) silentMs = Math.max(silentMs, now - lastEvent);
    return { open: this.#streams.size, died: this.#died, events: this.#events, silentMs, problem: this.#problem };
  }

  close(): void {
    this.#closing = true;
    for (const { request } of this.#streams) request.destroy();
    this.#agent.destroy();
  }

  async #newSession(port: number, token: string): Promise<string> {
    const { status, session } = await this.#post(port, headersOf(token), INITIALIZE);
    if (status !== 200 || session === undefined) throw new Error(`no session was opened: HTTP ${status}`);
    const initialized = await this.#post(port, headersOf(token, session), INITIALIZED);
    if (initialized.status !== 202) throw new Error(`a session was not initialized: HTTP ${initialized.status}`);
    return session;
  }

  #post(
    port: number,
    headers: Record<string, string>,
    body: string,
  ): Promise<{ status: number | undefined; session: string | undefined }> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/mcp', method: 'POST', headers, agent: this.#agent };
      const request = http.request(options, (response) => {
        response.resume();
        const session = response.headers['mcp-session-id'];
        response.once('end', () =>
          resolve({ status: response.statusCode, session: typeof session === 'string' ? session : undefined }),
        );
        response.once('error', reject);
      });
      request.setTimeout(MAX_OPEN_MS, () => request.destroy(new Error(`no answer within ${MAX_OPEN_MS} ms`)));
      request.once('error', reject);
      request.end(body);
    });
  }

  /** Resolves when the first event is there. */
  #listen(port: number, token: string, session: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const { 'content-type': _, ...headers } = headersOf(token, session);
      const options = { host: '127.0.0.1', port, path: '/mcp', headers: { ...headers, accept: 'text/event-stream' } };
      const request = http.get({ ...options, agent: false }, (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          reject(new Error(`a stream was refused: HTTP ${response.statusCode}`));
          return;
        }
        const stream: Stream = { lastEvent: performance.now(), request };
        this.#streams.add(stream);
        response.on('data', (chunk: Buffer) => {
          if (!chunk.includes('data:')) return;
          stream.lastEvent = performance.now();
          this.#events++;
          resolve();
        });
        // Whether it ended or broke: it should have done neither.
        response.on('error', () => {});
        response.once('close', () => {
          this.#streams.delete(stream);
          if (!this.#closing) this.#lose('a stream ended');
        });
      });
      request.once('error', reject);
    });
  }

  #lose(problem: string): void {
    this.#died++;
    this.#problem ??= problem;
  }
}

const load = new StreamLoad();
process.on('message', (message: StreamOrder | 'state' | 'close') => {
  if (message === 'state') process.send?.(load.state);
  else if (message === 'close') {
    load.close();
    process.send?.(load.state);
  } else {
    void load.open(message);
    process.send?.(load.state);
  }
});
