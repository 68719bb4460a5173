/** Every feature of the protocol on the official SDK v1: `node features-v1.ts <http|sse|stdio>`. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  type JSONRPCMessage,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { Events } from '../../support/event-store.ts';
import { listen } from './listen.ts';
import { COLOURS, INSTRUCTIONS, NOTES, PERSON, SAMPLING, nameIn, text, textIn } from './surface.ts';

/** Keys of the calls that were cancelled. */
const cancelled = new Set<string>();

function newServer(): McpServer {
  const server = new McpServer(
    { name: 'features', version: '1.0.0' },
    { instructions: INSTRUCTIONS, capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } } },
  );
  const keyed = { inputSchema: { key: z.string() } };
  server.registerTool('echo', { inputSchema: { message: z.string() } }, ({ message }) => text(message));
  server.registerTool('forbidden', {}, () => text('done'));
  server.registerTool('held', keyed, () => text('done'));
  server.registerTool('fail', {}, () => {
    throw new Error('the printer is on fire');
  });
  server.registerTool('steps', { inputSchema: { steps: z.number() } }, async ({ steps }, extra) => {
    const progressToken = extra._meta?.progressToken;
    if (progressToken === undefined) return text('nobody asked for progress');
    for (let progress = 1; progress <= steps; progress++) {
      const params = { progressToken, progress, total: steps, message: `step ${progress}` };
      await extra.sendNotification({ method: 'notifications/progress', params });
    }
    await sleep(300);
    return text('stepped');
  });
  server.registerTool('wait', keyed, async ({ key }, extra) => {
    const progressToken = extra._meta?.progressToken ?? 0;
    await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    await sleep(20_000, undefined, { signal: extra.signal }).catch(() => cancelled.add(key));
    return text('waited');
  });
  server.registerTool('was_cancelled', keyed, ({ key }) => text(String(cancelled.has(key))));
  server.registerTool('ask_person', {}, async () => text(nameIn(await server.server.elicitInput(PERSON))));
  server.registerTool('ask_model', {}, async () => text(textIn(await server.server.createMessage(SAMPLING))));
  server.registerTool('ask_roots', {}, async () => {
    const { roots } = await server.server.listRoots();
    return text(roots.map(({ uri }) => uri).join(' '));
  });
  server.registerTool('say', {}, async () => {
    await server.sendLoggingMessage({ level: 'warning', logger: 'features', data: 'it is warm' });
    return text('said');
  });
  server.registerTool('touch', {}, async () => {
    await server.server.sendResourceUpdated({ uri: NOTES });
    return text('touched');
  });
  server.registerTool('drop', {}, async (extra) => {
    // A client that gets its first event late has none to resume by.
    await sleep(100);
    extra.closeSSEStream?.();
    await sleep(100);
    return text(extra.closeSSEStream === undefined ? 'nothing to drop' : 'dropped');
  });
  server.registerResource('notes', NOTES, { mimeType: 'text/plain' }, () => ({
    contents: [{ uri: NOTES, text: 'milk' }],
  }));
  server.registerResource('any', new ResourceTemplate('file:///data/{name}', { list: undefined }), {}, (uri) => ({
    contents: [{ uri: uri.href, text: `contents of ${uri.href}` }],
  }));
  const argsSchema = {
    colour: completable(z.string(), (value) => COLOURS.filter((colour) => colour.startsWith(value))),
  };
  server.registerPrompt('paint', { argsSchema }, ({ colour }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Paint it ${colour}.` } }],
  }));
  server.server.setRequestHandler(SubscribeRequestSchema, () => ({}));
  server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
  return server;
}

const [mode] = process.argv.slice(2);
if (mode === 'http') {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  listen(async (request, response) => {
    let transport = transports.get(String(request.headers['mcp-session-id']));
    if (transport === undefined) {
      const opened = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        eventStore: new Events<JSONRPCMessage>(),
        retryInterval: 50,
        onsessioninitialized: (id) => void transports.set(id, opened),
      });
      await newServer().connect(opened);
      transport = opened;
    }
    await transport.handleRequest(request, response);
  });
} else if (mode === 'sse') {
  const transports = new Map<string, SSEServerTransport>();
  listen(async (request, response) => {
    if (request.method === 'GET') {
      const transport = new SSEServerTransport('/messages', response);
      transports.set(transport.sessionId, transport);
      await newServer().connect(transport);
      return;
    }
    const id = new URL(request.url ?? '', 'http://localhost').searchParams.get('sessionId') ?? '';
    await transports.get(id)?.handlePostMessage(request, response);
  });
} else {
  await newServer().connect(new StdioServerTransport());
}
