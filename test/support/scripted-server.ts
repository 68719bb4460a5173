/** A server that opens sessions and accepts what needs no answer, and says to requests exactly what a test tells it to. */
import http, { type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';

type Message = { readonly id?: unknown; readonly method?: string; readonly params?: Record<string, unknown> };

export interface ScriptedServer {
  readonly url: string;
  /** The messages it was sent, in order. */
  readonly posted: (Message & Record<string, unknown>)[];
  /** Heads of the requests, in order. */
  readonly heads: { readonly method: string; readonly headers: IncomingHttpHeaders }[];
  /** From now on, requests are answered with this. */
  json(message: object): void;
  events(...messages: object[]): void;
  raw(text: string): void;
  /** From now on, requests are not answered. */
  hang(): void;
  /** What a GET is answered with. */
  onGet(answer: (response: http.ServerResponse, request: http.IncomingMessage) => void): void;
  capabilities: object;
  close(): Promise<void>;
}

export async function startScripted(): Promise<ScriptedServer> {
  const posted: ScriptedServer['posted'] = [];
  const heads: ScriptedServer['heads'] = [];
  let answer: (response: http.ServerResponse) => void = (response) => response.writeHead(500).end();
  let get: Parameters<ScriptedServer['onGet']>[0] = (response) => response.writeHead(405).end();
  const server = http.createServer((request, response) => {
    heads.push({ method: request.method ?? '', headers: request.headers });
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method === 'GET') get(response, request);
      else if (request.method === 'DELETE') response.writeHead(200).end();
      else take(JSON.parse(body) as Message & Record<string, unknown>, response);
    });
  });
  const take = (message: Message & Record<string, unknown>, response: http.ServerResponse): void => {
    posted.push(message);
    if (message.method === 'initialize') {
      const result = {
        protocolVersion: message.params?.['protocolVersion'],
        capabilities: scripted.capabilities,
        serverInfo: { name: 'scripted', version: '1' },
      };
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': randomUUID() });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    } else if (message.method === undefined || message.id === undefined) response.writeHead(202).end();
    else answer(response);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const raw = (text: string): void => {
    answer = (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
  };
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    posted,
    heads,
    capabilities: {},
    json(message) {
      answer = (response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
    },
    events: (...messages) => raw(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join('')),
    raw,
    hang() {
      answer = () => {};
    },
    onGet(handler) {
      get = handler;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return scripted;
}
