/**
 * An MCP server of both eras on the official server SDK, that keeps what it was asked: a test can show what reached it, and that
 * nothing did.
 */
import { randomUUID } from 'node:crypto';
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import {
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
  createMcpHandler,
  isLegacyRequest,
} from '@modelcontextprotocol/server';
import { type FixtureState, registerFixture } from './fixture-surface.ts';

export interface SeenRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface FixtureServer extends FixtureState {
  readonly url: string;
  /** Every HTTP request, in order of arrival. */
  readonly seen: SeenRequest[];
  /** Tells the subscribers of the modern era. */
  toolsChanged(): void;
  resourceUpdated(uri: string): void;
  /** Forgets all legacy sessions, as a restart does. */
  forgetSessions(): void;
  close(): Promise<void>;
  /** Ends each connection with its next answer, takes no new one after half of `ms`, and closes after `ms` at the latest. */
  drain(ms: number): Promise<void>;
}

export interface FixtureOptions {
  /** Default: loopback. */
  readonly host?: string;
  readonly onRequest?: (request: SeenRequest) => void;
  /** Called with every server that is made: one a session, and one a request in the modern era. */
  readonly onServer?: (server: McpServer) => void;
}

export async function startFixture(port = 0, options: FixtureOptions = {}): Promise<FixtureServer> {
  const { host = '127.0.0.1', onRequest, onServer } = options;
  const seen: SeenRequest[] = [];
  const state: FixtureState = { executed: [], finished: [], aborted: [] };
  const newServer = (): McpServer => {
    const made = registerFixture(state);
    onServer?.(made);
    return made;
  };
  const sessions = new LegacySessions(newServer);
  const modern = createMcpHandler(newServer, { legacy: 'reject', keepAliveMs: 0 });
  let isDraining = false;
  const server = http.createServer((request, response) => {
    if (isDraining) response.shouldKeepAlive = false;
    serve(request, response).catch(() => response.destroy());
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const asked: SeenRequest = { method: request.method ?? '', headers: request.headers, body: body.toString() };
    seen.push(asked);
    onRequest?.(asked);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const webRequest = toWebRequest(request, body, gone.signal);
    const answer = (await isLegacyRequest(webRequest.clone()))
      ? await sessions.handle(webRequest)
      : await modern.fetch(webRequest);
    await send(answer, response);
  };
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    ...state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    seen,
    toolsChanged: () => modern.notify.toolsChanged(),
    resourceUpdated: (uri) => modern.notify.resourceUpdated(uri),
    forgetSessions: () => sessions.forget(),
    async drain(ms) {
      // Who comes over a connection that is kept is told to take another first: an idle one that is closed may have a call on its way.
      isDraining = true;
      await sleep(ms / 2);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => server.closeAllConnections(), ms / 2);
      await closed;
      clearTimeout(timer);
    },
    async close() {
      await modern.close();
      sessions.forget();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** One transport a session, found by its header. */
class LegacySessions {
  readonly #newServer: () => McpServer;
  readonly #transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

  constructor(newServer: () => McpServer) {
    this.#newServer = newServer;
  }

  async handle(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : this.#transports.get(id);
    if (known !== undefined) return known.handleRequest(request);
    if (id !== null) return Response.json(NO_SESSION, { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      keepAliveMs: 0,
      onsessioninitialized: (session) => {
        this.#transports.set(session, transport);
      },
      onsessionclosed: (session) => {
        this.#transports.delete(session);
      },
    });
    await this.#newServer().connect(transport);
    return transport.handleRequest(request);
  }

  forget(): void {
    for (const transport of this.#transports.values()) void transport.close();
    this.#transports.clear();
  }
}

const NO_SESSION = { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } };

function toWebRequest(request: IncomingMessage, body: Buffer, signal: AbortSignal): Request {
  const headers = new Headers();
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers.append(request.rawHeaders[i] ?? '', request.rawHeaders[i + 1] ?? '');
  }
  const { method = 'GET' } = request;
  const init = { method, headers, signal };
  return new Request(
    `http://127.0.0.1${request.url}`,
    method === 'POST' ? { ...init, body: new Uint8Array(body) } : init,
  );
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) {
    response.end();
    return;
  }
  response.flushHeaders();
  await pipeline(Readable.fromWeb(answer.body), response);
}
