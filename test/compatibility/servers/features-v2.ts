/** Every feature of the protocol, in both eras, on the official SDK v2: `node features-v2.ts <http|stdio>`. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type JSONRPCMessage,
  McpServer,
  ResourceTemplate,
  WebStandardStreamableHTTPServerTransport,
  completable,
  createMcpHandler,
  inputRequired,
  inputResponse,
  isLegacyRequest,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { Events } from '../../support/event-store.ts';
import { listen } from './listen.ts';
import { COLOURS, INSTRUCTIONS, NOTES, PERSON, SAMPLING, nameIn, text, textIn } from './surface.ts';

/** Keys of the calls that were cancelled. */
const cancelled = new Set<string>();
const nothing = { inputSchema: z.object({}) };
let tellListeners = (_uri: string): void => {};

function newServer(): McpServer {
  const server = new McpServer(
    { name: 'features', version: '1.0.0' },
    { instructions: INSTRUCTIONS, capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } } },
  );
  registerPlain(server);
  registerAsking(server);
  server.registerTool('say', nothing, async (_args, { mcpReq }) => {
    await mcpReq.log('warning', 'it is warm', 'features');
    return text('said');
  });
  server.registerTool('touch', nothing, async () => {
    await server.server.sendResourceUpdated({ uri: NOTES });
    tellListeners(NOTES);
    return text('touched');
  });
  server.registerTool('drop', nothing, async (_args, { http }) => {
    // A client that gets its first event late has none to resume by.
    await sleep(100);
    http?.closeSSE?.();
    await sleep(100);
    return text(http?.closeSSE === undefined ? 'nothing to drop' : 'dropped');
  });
  server.registerResource('notes', NOTES, { mimeType: 'text/plain' }, () => ({
    contents: [{ uri: NOTES, text: 'milk' }],
  }));
  server.registerResource('any', new ResourceTemplate('file:///data/{name}', { list: undefined }), {}, (uri) => ({
    contents: [{ uri: uri.href, text: `contents of ${uri.href}` }],
  }));
  const argsSchema = z.object({
    colour: completable(z.string(), (value) => COLOURS.filter((colour) => colour.startsWith(value))),
  });
  server.registerPrompt('paint', { argsSchema }, ({ colour }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Paint it ${colour}.` } }],
  }));
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  return server;
}

function registerPlain(server: McpServer): void {
  const keyed = { inputSchema: z.object({ key: z.string() }) };
  server.registerTool('echo', { inputSchema: z.object({ message: z.string() }) }, ({ message }) => text(message));
  server.registerTool('forbidden', nothing, () => text('done'));
  server.registerTool('held', keyed, () => text('done'));
  server.registerTool('fail', nothing, () => {
    throw new Error('the printer is on fire');
  });
  server.registerTool('steps', { inputSchema: z.object({ steps: z.number() }) }, async ({ steps }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    if (progressToken === undefined) return text('nobody asked for progress');
    for (let progress = 1; progress <= steps; progress++) {
      const params = { progressToken, progress, total: steps, message: `step ${progress}` };
      await mcpReq.notify({ method: 'notifications/progress', params });
    }
    await sleep(300);
    return text('stepped');
  });
  server.registerTool('wait', keyed, async ({ key }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken ?? 0;
    await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    await sleep(20_000, undefined, { signal: mcpReq.signal }).catch(() => cancelled.add(key));
    return text('waited');
  });
  server.registerTool('was_cancelled', keyed, ({ key }) => text(String(cancelled.has(key))));
}

/** Written once: the SDK asks within the call in the eras with a handshake, and by a result that wants more in 2026-07-28. */
function registerAsking(server: McpServer): void {
  server.registerTool('ask_person', nothing, (_args, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'person');
    if (answer.kind === 'elicit') return text(nameIn(answer));
    return inputRequired({ inputRequests: { person: inputRequired.elicit(PERSON) } });
  });
  server.registerTool('ask_model', nothing, (_args, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'model');
    if (answer.kind === 'sampling') return text(textIn(answer.result));
    return inputRequired({ inputRequests: { model: inputRequired.createMessage(SAMPLING) } });
  });
  server.registerTool('ask_roots', nothing, (_args, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'roots');
    if (answer.kind === 'roots') return text(answer.roots.map(({ uri }) => uri).join(' '));
    return inputRequired({ inputRequests: { roots: inputRequired.listRoots() } });
  });
}

if (process.argv[2] === 'http') {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const modern = createMcpHandler(newServer, { legacy: 'reject' });
  tellListeners = (uri) => modern.notify.resourceUpdated(uri);
  const legacy = async (request: Request): Promise<Response> => {
    const known = sessions.get(request.headers.get('mcp-session-id') ?? '');
    if (known !== undefined) return known.handleRequest(request);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: new Events<JSONRPCMessage>(),
      retryInterval: 50,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await newServer().connect(transport);
    return transport.handleRequest(request);
  };
  listen(async (incoming, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const chunks = await incoming.toArray();
    const { method = 'GET' } = incoming;
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const request = new Request(`http://127.0.0.1${incoming.url}`, {
      method,
      headers,
      signal: gone.signal,
      ...(method === 'POST' ? { body: Buffer.concat(chunks as Buffer[]) } : {}),
    });
    const answer = (await isLegacyRequest(request.clone())) ? await legacy(request) : await modern.fetch(request);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.flushHeaders();
    if (answer.body === null) response.end();
    else await pipeline(Readable.fromWeb(answer.body), response).catch(() => {});
  });
} else {
  serveStdio(newServer);
}
