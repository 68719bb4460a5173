/** The fixture server as a program that speaks over its standard input and output, in both eras or in one of them. */
import type { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { type FixtureState, registerFixture } from './fixture-surface.ts';

const [mode = 'both'] = process.argv.slice(2);

function newServer(): McpServer {
  const state: FixtureState = { executed: [], finished: [], aborted: [] };
  const server = registerFixture(state);
  // What this process has been asked: tests see by it which of several processes they speak with, and what it has heard.
  server.registerTool('state', { inputSchema: z.object({}) }, () => ({
    content: [{ type: 'text', text: JSON.stringify({ pid: process.pid, ...state }) }],
  }));
  server.registerTool('change', { inputSchema: z.object({}) }, () => {
    server.sendToolListChanged();
    return { content: [{ type: 'text', text: 'changed' }] };
  });
  server.registerTool('crash', { inputSchema: z.object({}) }, () => process.exit(3));
  return server;
}

if (mode === 'both') serveStdio(newServer);
else if (mode === 'modern') serveStdio(newServer, { legacy: 'reject' });
else if (mode === 'legacy') await newServer().connect(new StdioServerTransport());
else {
  // What some servers of the handshake revisions do: anything before `initialize` is the end.
  process.stdin.once('data', (chunk: Buffer) => {
    if (!chunk.includes('"initialize"')) process.exit(1);
    process.stdin.unshift(chunk);
    void newServer().connect(new StdioServerTransport());
  });
}
