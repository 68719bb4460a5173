/** The official SDK of the 2.x line: its handler for both eras, and its transport for sessions. */
import { Server, WebStandardStreamableHTTPServerTransport, createMcpHandler } from '@modelcontextprotocol/server';
import { type JsonInput, headerPairs } from '../input.ts';
import { INITIALIZE } from '../../support/messages.ts';
import type { Execution, Reference } from './reference.ts';
import { answerLimitMs, settled } from './settle.ts';

const URL = 'http://127.0.0.1/mcp';
const SESSION_HEADER = 'mcp-session-id';

type Era = 'legacy' | 'modern';
type Report = (execution: Execution) => void;

/** A server whose handlers only report what they were asked. */
export function recordingServer(record: Report, era: Era | undefined): Server {
  const capabilities = { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {}, logging: {} };
  const server = new Server({ name: 'reference', version: '1' }, { capabilities });
  const noted = ({ method, params }: { method: string; params?: unknown }): void =>
    record({ method, params, ...(era === undefined ? {} : { modern: era === 'modern' }) });
  server.setRequestHandler('tools/call', (request) => {
    noted(request);
    return { content: [] };
  });
  server.setRequestHandler('prompts/get', (request) => {
    noted(request);
    return { messages: [] };
  });
  server.setRequestHandler('resources/read', (request) => {
    noted(request);
    return { contents: [] };
  });
  server.setRequestHandler('completion/complete', (request) => {
    noted(request);
    return { completion: { values: [] } };
  });
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

/** `createMcpHandler`: decides on the era of each request, and serves it with a server of its own. */
export class SdkV2Handler implements Reference {
  readonly name = 'sdk-v2-handler';
  #found: Execution[] = [];
  readonly #handler = createMcpHandler(
    ({ era }) => {
      const found = this.#found;
      return recordingServer((execution) => found.push(execution), era);
    },
    { legacy: 'stateless', keepAliveMs: 0 },
  );

  async execute(inputs: readonly JsonInput[]): Promise<readonly (readonly Execution[])[]> {
    const all: Execution[][] = [];
    for (const input of inputs) {
      const found: Execution[] = [];
      this.#found = found;
      await settled(this.#post(input), answerLimitMs(input));
      all.push(found);
    }
    return all;
  }

  close(): Promise<void> {
    return this.#handler.close();
  }

  async #post(input: JsonInput): Promise<void> {
    const response = await this.#handler.fetch(requestOf(input, []));
    // A stream that stays open has nothing for us; one that ends is the answer.
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return;
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
  }
}

/** The transport of the legacy era, with a session. */
export class SdkV2Session implements Reference {
  readonly name = 'sdk-v2-session';
  #transport: WebStandardStreamableHTTPServerTransport | undefined;
  #session = '';
  /** Where the server of the present connection reports; one that was given up reports to nobody. */
  #report: { found: Execution[] } = { found: [] };

  async execute(inputs: readonly JsonInput[]): Promise<readonly (readonly Execution[])[]> {
    const all: Execution[][] = [];
    for (const input of inputs) {
      const transport = this.#transport ?? (await this.#connect());
      const found: Execution[] = [];
      this.#report.found = found;
      const request = requestOf(input, [[SESSION_HEADER, this.#session]]);
      if ((await settled(transport.handleRequest(request), answerLimitMs(input))) === undefined) await this.close();
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
    await recordingServer((execution) => report.found.push(execution), undefined).connect(transport);
    const response = await transport.handleRequest(
      requestOf({ body: Buffer.from(INITIALIZE), headers: NO_HEADERS }, []),
    );
    this.#session = response.headers.get(SESSION_HEADER) ?? '';
    if (this.#session === '') throw new Error(`no session: ${response.status} ${await response.text()}`);
    this.#transport = transport;
    return transport;
  }
}

const NO_HEADERS = { protocolVersion: undefined, method: undefined, name: undefined };

function requestOf(input: JsonInput, more: readonly (readonly [string, string])[]): Request {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...Object.fromEntries([...headerPairs(input.headers), ...more]),
  };
  return new Request(URL, { method: 'POST', headers, body: new Uint8Array(input.body) });
}
