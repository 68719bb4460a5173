/** The tools, resources and prompts of the fixture server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';

export interface FixtureState {
  /** Names of tools in the order in which their execution began. */
  readonly executed: string[];
  readonly finished: string[];
  readonly aborted: string[];
}

export function registerFixture(state: FixtureState): McpServer {
  const server = new McpServer(
    { name: 'fixture', version: '1.0.0' },
    { capabilities: { logging: {}, tools: { listChanged: true }, resources: { subscribe: true } } },
  );
  registerTools(server, state);
  for (const uri of ['file:///data/report.txt', 'file:///data/sub/deep.txt', 'file:///secret/key.pem']) {
    server.registerResource(uri.slice('file:///'.length), uri, { mimeType: 'text/plain' }, () => {
      state.executed.push(uri);
      return { contents: [{ uri, text: `contents of ${uri}` }] };
    });
  }
  for (const name of ['greet', 'leak']) {
    server.registerPrompt(name, {}, () => {
      state.executed.push(name);
      return { messages: [{ role: 'user', content: { type: 'text', text: `prompt ${name}` } }] };
    });
  }
  return server;
}

function registerTools(server: McpServer, state: FixtureState): void {
  const anything = z.looseObject({});
  for (const name of ['echo', 'transfer', 'read_file', 'danger']) {
    server.registerTool(name, { inputSchema: anything }, (args) => {
      state.executed.push(name);
      state.finished.push(name);
      return { content: [{ type: 'text', text: `${name} ${JSON.stringify(args)}` }] };
    });
  }
  server.registerTool('slow', { inputSchema: z.object({ ms: z.number() }) }, async ({ ms }, context) => {
    state.executed.push('slow');
    try {
      await sleep(ms, undefined, { signal: context.mcpReq.signal });
      state.finished.push('slow');
    } catch {
      state.aborted.push('slow');
    }
    return { content: [{ type: 'text', text: 'slept' }] };
  });
  server.registerTool('steps', { inputSchema: z.object({ steps: z.number() }) }, async ({ steps }, context) => {
    state.executed.push('steps');
    for (let progress = 0; progress <= steps; progress++) await sendProgress(context, progress, steps);
    state.finished.push('steps');
    return { content: [{ type: 'text', text: 'stepped' }] };
  });
}

async function sendProgress(context: ServerContext, progress: number, total: number): Promise<void> {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await context.mcpReq.notify({
    method: 'notifications/progress',
    params: { progressToken, progress, total, message: `step ${progress}` },
  });
}
