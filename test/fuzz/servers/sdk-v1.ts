/** The official SDK of the 1.x line: on web-standard requests, or behind the JSON parser of express as most people run it. */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { type JsonInput, headerPairs } from '../input.ts';
import { INITIALIZE } from '../../support/messages.ts';
import type { Execution, Reference } from './reference.ts';
import { answerLimitMs, settled } from './settle.ts';

const URL = 'http://127.0.0.1/mcp';
const SESSION_HEADER = 'mcp-session-id';

type BodyParser = (request: Readable, response: object, next: (error?: unknown) => void) => void;

/** The express that the SDK itself depends on. */
const express = createRequire(createRequire(import.meta.url).resolve('@modelcontextprotocol/sdk/server/express.js'))(
  'express',
) as { json(): BodyParser };

/** A server whose handlers only report what they were asked. */
export function recordingServer(record: (execution: Execution) => void): Server {
  const capabilities = { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {}, logging: {} };
  const server = new Server({ name: 'reference', version: '1' }, { capabilities });
  const noted = ({ method, params }: { method: string; params?: unknown }): void => record({ method, params });
  server.setRequestHandler(CallToolRequestSchema, (request) => {
    noted(request);
    return { content: [] };
  });
  server.setRequestHandler(GetPromptRequestSchema, (request) => {
    noted(request);
    return { messages: [] };
  });
  server.setRequestHandler(ReadResourceRequestSchema, (request) => {
    noted(request);
    return { contents: [] };
  });
  server.setRequestHandler(CompleteRequestSchema, (request) => {
    noted(request);
    return { completion: { values: [] } };
  });
  // Every other method, known to MCP or not: a server may have a handler for it.
  server.fallbackRequestHandler = (request) => {
    noted(request);
    return Promise.resolve({});
  };
  server.fallbackNotificationHandler = (notification) => {
    noted(notification);
    return Promise.resolve();
  };
  return server;
}

export class SdkV1 implements Reference {
  readonly name: string;
  readonly #parser: BodyParser | undefined;
  #transport: WebStandardStreamableHTTPServerTransport | undefined;
  #session = '';
  /** Where the server of the present connection reports; one that was given up reports to nobody. */
  #report: { found: Execution[] } = { found: [] };

  constructor(bodyParser: 'none' | 'express') {
    this.name = bodyParser === 'none' ? 'sdk-v1' : 'sdk-v1-express';
    this.#parser = bodyParser === 'none' ? undefined : express.json();
  }

  async execute(inputs: readonly JsonInput[]): Promise<readonly (readonly Execution[])[]> {
    const all: Execution[][] = [];
    for (const input of inputs) {
      const transport = this.#transport ?? (await this.#connect());
      const found: Execution[] = [];
      this.#report.found = found;
      const answer = await settled(this.#post(transport, input), answerLimitMs(input));
      if (answer === undefined) await this.close();
      all.push(found);
    }
    return all;
  }

  async close(): Promise<void> {
    const transport = this.#transport;
    this.#transport = undefined;
    await transport?.close();
  }

  async #connect(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => 'session',
      enableJsonResponse: true,
    });
    const report = { found: [] as Execution[] };
    this.#report = report;
    await recordingServer((execution) => report.found.push(execution)).connect(transport);
    const response = await transport.handleRequest(
      new Request(URL, { method: 'POST', headers: headersOf([]), body: INITIALIZE }),
    );
    this.#session = response.headers.get(SESSION_HEADER) ?? '';
    if (this.#session === '') throw new Error(`no session: ${response.status} ${await response.text()}`);
    this.#transport = transport;
    return transport;
  }

  async #post(transport: WebStandardStreamableHTTPServerTransport, input: JsonInput): Promise<Response | 'unread'> {
    const headers = headersOf([...headerPairs(input.headers), [SESSION_HEADER, this.#session]]);
    if (this.#parser === undefined) {
      return transport.handleRequest(new Request(URL, { method: 'POST', headers, body: new Uint8Array(input.body) }));
    }
    const parsed = await parseBody(this.#parser, input.body);
    if (!parsed.ok) return 'unread';
    return transport.handleRequest(new Request(URL, { method: 'POST', headers }), { parsedBody: parsed.body });
  }
}

function headersOf(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...Object.fromEntries(pairs),
  };
}

/** The parser reads the request as a stream and leaves what it read in `body`. */
function parseBody(
  parser: BodyParser,
  bytes: Buffer,
): Promise<{ readonly ok: true; readonly body: unknown } | { readonly ok: false }> {
  const request = Object.assign(Readable.from([bytes], { objectMode: false }), {
    headers: { 'content-type': 'application/json', 'content-length': String(bytes.length) },
    method: 'POST',
    url: '/mcp',
    body: undefined,
  });
  return new Promise((resolve) => {
    parser(request, {}, (error) => resolve(error === undefined ? { ok: true, body: request.body } : { ok: false }));
  });
}
