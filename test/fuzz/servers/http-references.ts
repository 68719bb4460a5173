/** The reference servers behind a gate: each listens on loopback and keeps what reached it and what it executed. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { buildMcpGo } from './mcp-go.ts';
import type { Execution } from './reference.ts';
import { recordingServer } from './sdk-v1.ts';
import { recordingServer as recordingServerV2 } from './sdk-v2.ts';

/** A request as it arrived. Servers in a process of their own do not tell. */
export interface Arrival {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly repeated: readonly string[];
  body: Buffer;
  readonly executed: Execution[];
}

export interface HttpReference {
  readonly name: string;
  readonly url: string;
  /** What arrived and what was executed since the last time this was asked. */
  take(): { readonly arrivals: readonly Arrival[]; readonly executed: readonly Execution[] };
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse, arrival: Arrival) => void | Promise<void>;

export async function startHttpReferences(say: (line: string) => void): Promise<HttpReference[]> {
  const program = await buildMcpGo();
  if (program === undefined) say('Go is not installed: the server on mcp-go is left out (CI has it)');
  return Promise.all([
    NodeReference.start('sdk-v1', serveV1),
    NodeReference.start('sdk-v1-express', expressHandler()),
    NodeReference.start('sdk-v2-handler', serveV2),
    ...(program === undefined ? [] : [GoReference.start(program)]),
  ]);
}

async function serveV1(
  request: IncomingMessage,
  response: ServerResponse,
  arrival: Arrival,
  body?: unknown,
): Promise<void> {
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.once('close', () => void transport.close());
  await recordingServer((execution) => arrival.executed.push(execution)).connect(transport);
  await transport.handleRequest(request, response, body);
}

/** The application that the SDK sets up for people: express with its JSON parser. */
function expressHandler(): Handler {
  const app = createMcpExpressApp();
  // Or it prints every request that it cannot read.
  app.set('env', 'test');
  const arrivals = new WeakMap<object, Arrival>();
  app.all('/mcp', (request: IncomingMessage, response: ServerResponse) => {
    const arrival = arrivals.get(request);
    if (arrival === undefined) throw new Error('a request that nobody saw arrive');
    serveV1(request, response, arrival, (request as { body?: unknown }).body).catch(() => response.destroy());
  });
  return (request, response, arrival) => {
    arrivals.set(request, arrival);
    app(request, response);
  };
}

async function serveV2(request: IncomingMessage, response: ServerResponse, arrival: Arrival): Promise<void> {
  const handler = createMcpHandler(
    ({ era }) => recordingServerV2((execution) => arrival.executed.push(execution), era),
    {
      keepAliveMs: 0,
    },
  );
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const body = await new Promise<Buffer>((resolve, reject) => {
    request.once('end', () => resolve(arrival.body));
    request.once('error', reject);
    request.resume();
  });
  const headers = new Headers();
  for (let i = 0; i < request.rawHeaders.length; i += 2)
    headers.append(request.rawHeaders[i] ?? '', request.rawHeaders[i + 1] ?? '');
  const { method = 'GET' } = request;
  const init = { method, headers, signal: gone.signal };
  const answer = await handler.fetch(
    new Request('http://127.0.0.1/mcp', method === 'POST' ? { ...init, body: new Uint8Array(body) } : init),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  for await (const chunk of answer.body ?? []) response.write(chunk);
  response.end();
  await handler.close();
}

class NodeReference implements HttpReference {
  readonly name: string;
  readonly url: string;
  readonly #server: http.Server;
  readonly #arrivals: Arrival[];

  private constructor(name: string, server: http.Server, arrivals: Arrival[]) {
    this.name = name;
    this.#server = server;
    this.#arrivals = arrivals;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  }

  static async start(name: string, handler: Handler): Promise<NodeReference> {
    const arrivals: Arrival[] = [];
    const server = http.createServer((request, response) => {
      const arrival = arrivalOf(request);
      arrivals.push(arrival);
      Promise.resolve(handler(request, response, arrival)).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new NodeReference(name, server, arrivals);
  }

  take(): { arrivals: Arrival[]; executed: Execution[] } {
    const arrivals = this.#arrivals.splice(0);
    return { arrivals, executed: arrivals.flatMap(({ executed }) => executed) };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function arrivalOf(request: IncomingMessage): Arrival {
  const names = request.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const chunks: Buffer[] = [];
  const arrival: Arrival = {
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    repeated: names.filter((name, i) => names.indexOf(name) !== i),
    body: Buffer.alloc(0),
    executed: [],
  };
  // A listener of its own would make the body flow before the server is there to read it.
  const emit = request.emit.bind(request);
  request.emit = (event: string | symbol, ...args: unknown[]) => {
    if (event === 'data') {
      chunks.push(args[0] as Buffer);
      arrival.body = Buffer.concat(chunks);
    }
    return emit(event, ...args);
  };
  return arrival;
}

class GoReference implements HttpReference {
  readonly name = 'mcp-go';
  readonly url: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #executed: Execution[];

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>, url: string, executed: Execution[]) {
    this.#child = child;
    this.url = url;
    this.#executed = executed;
  }

  static async start(program: string): Promise<GoReference> {
    const child = spawn(program, ['http'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const [first] = (await once(lines, 'line')) as [string];
    const { port } = JSON.parse(first) as { port: number };
    const executed: Execution[] = [];
    lines.on('line', (line) => {
      const execution = JSON.parse(line) as Execution;
      // What a typed handler got is for the layer that compares arguments.
      if (execution.typed === undefined) executed.push(execution);
    });
    return new GoReference(child, `http://127.0.0.1:${port}/mcp`, executed);
  }

  take(): { arrivals: Arrival[]; executed: Execution[] } {
    return { arrivals: [], executed: this.#executed.splice(0) };
  }

  async close(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    await closed;
  }
}
