import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listTools } from './list-tools.ts';

interface Request {
  readonly id?: string;
  readonly method: string;
  readonly params?: { readonly cursor?: string; readonly protocolVersion?: string };
}

const PAGES: Readonly<Record<string, object>> = {
  '': { tools: [{ name: 'a', inputSchema: { type: 'object' } }], nextCursor: 'two' },
  two: { tools: [{ name: 'b', inputSchema: { type: 'object', properties: { path: {} } } }] },
};

/** Of the older era: it knows a handshake, and nothing of discovery. */
async function serve(token?: string, pages = PAGES): Promise<string> {
  const server = createServer((request, response) => void answer(request, response, token, pages));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string | undefined,
  pages: typeof PAGES,
) {
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return response.writeHead(403).end();
  if (request.method !== 'POST') return response.writeHead(405).end();
  const { id, method, params } = (await json(request)) as Request;
  if (method === 'initialize') response.setHeader('mcp-session-id', 's');
  else if (request.headers['mcp-session-id'] !== 's') return response.writeHead(400).end();
  if (id === undefined) return response.writeHead(202).end();
  const results: Readonly<Record<string, object | undefined>> = {
    initialize: {
      protocolVersion: params?.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'x', version: '1' },
    },
    'tools/list': pages[params?.cursor ?? ''],
  };
  const result = results[method];
  const said = result === undefined ? { error: { code: -32601, message: 'unknown' } } : { result };
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
}

describe('the tools of a server', () => {
  it('are those of all pages', async () => {
    const tools = await listTools(await serve(), undefined);
    expect(tools).toEqual([
      { name: 'a', inputSchema: { type: 'object' } },
      { name: 'b', inputSchema: { type: 'object', properties: { path: {} } } },
    ]);
  });

  it('are shown to whoever has the token, and the refusal of another does not repeat it', async () => {
    const url = await serve('of-ada');
    expect(await listTools(url, 'of-ada')).toHaveLength(2);
    const refused = await listTools(url, 'of-bob').catch(String);
    expect(refused).toContain('cannot list the tools of http://127.0.0.1:');
    expect(refused).not.toContain('of-bob');
  });

  it('are read up to a size, of all pages together', async () => {
    const page = { tools: [{ name: 'a', inputSchema: { title: 'x'.repeat(3_000_000) } }], nextCursor: 'more' };
    const endless = { '': page, more: page };
    await expect(listTools(await serve(undefined, endless), undefined)).rejects.toThrow('more than 16 MiB');
  });

  it('are not read where there are more than anybody reads about', async () => {
    const all = { '': { tools: Array.from({ length: 10_001 }, (_, i) => ({ name: `t${i}` })) } };
    await expect(listTools(await serve(undefined, all), undefined)).rejects.toThrow('more than 10000 tools');
  });

  it.each(['ledger', 'ftp://127.0.0.1/'])('cannot be had of %s', async (url) => {
    await expect(listTools(url, undefined)).rejects.toThrow('is not an http or https URL');
  });
});
