/** An MCP server on the official SDK v1 that opens no sessions and has tasks of 2025-11-25: only the id of a task leads back to it. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

export interface StatelessTasks {
  readonly url: string;
  /** Bodies of what it was asked. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** Its tool `work` is a task that takes 200 ms, and says `worked`. */
export async function startStatelessTasks(): Promise<StatelessTasks> {
  const seen: string[] = [];
  const taskStore = new InMemoryTaskStore();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    seen.push(body);
    const transport = new StreamableHTTPServerTransport({});
    const server = newServer(taskStore);
    response.once('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response, JSON.parse(body));
  };
  const server = http.createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    seen,
    async close() {
      taskStore.cleanup();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function newServer(taskStore: InMemoryTaskStore): McpServer {
  const tasks = { list: {}, cancel: {}, requests: { tools: { call: {} } } };
  const server = new McpServer({ name: 'tasks', version: '1' }, { capabilities: { tasks }, taskStore });
  const config = { description: 'takes its time', execution: { taskSupport: 'required' } } as const;
  server.experimental.tasks.registerToolTask('work', config, {
    createTask: async ({ taskStore: store }) => {
      const task = await store.createTask({ ttl: 60_000, pollInterval: 50 });
      void sleep(200).then(async () =>
        store
          .storeTaskResult(task.taskId, 'completed', { content: [{ type: 'text', text: 'worked' }] })
          .catch(() => {}),
      );
      return { task };
    },
    getTask: async ({ taskId, taskStore: store }) => store.getTask(taskId),
    getTaskResult: async ({ taskId, taskStore: store }) =>
      (await store.getTaskResult(taskId)) as { content: { type: 'text'; text: string }[] },
  });
  return server;
}
