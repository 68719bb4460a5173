/** What stands behind a gate is not always an MCP server, and not always well: node:http, told what to answer. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MisbehavingServer {
  readonly url: string;
  readonly port: number;
  answer(handler: (response: ServerResponse, request: IncomingMessage) => void): void;
  close(): Promise<void>;
}

export async function startMisbehaving(): Promise<MisbehavingServer> {
  let current: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.end();
  const server = http.createServer((request, response) => {
    request.resume();
    request.once('end', () => current(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    answer(handler) {
      current = handler;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
