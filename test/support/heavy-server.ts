/**
 * A server that answers with much, or not until it is told to: its tool `big` answers with `mib` MiB, `wait` when the test lets it,
 * `slow` after `ms`, others at once. Run as a program it prints its port, so that what it holds is not held by the process of the test.
 */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const MIB = 1024 * 1024;
const FILLING = Buffer.alloc(MIB, 'x');

interface Asked {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: { readonly mib?: number; readonly ms?: number };
    readonly protocolVersion?: string;
  };
}

export interface HeavyServer {
  readonly port: number;
  readonly url: string;
  /** Calls that it was sent. */
  readonly calls: number;
  /** Calls of `wait` that wait. */
  readonly waiting: number;
  /** Answers them. */
  letGo(): void;
  close(): Promise<void>;
}

export async function startHeavy(): Promise<HeavyServer> {
  const waiting = new Set<() => void>();
  let calls = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'DELETE') return void response.writeHead(200).end();
      if (request.method !== 'POST') return void response.writeHead(405).end();
      take(JSON.parse(Buffer.concat(chunks).toString()) as Asked, response);
    });
  });
  const take = ({ id, method, params }: Asked, response: http.ServerResponse): void => {
    if (id === undefined) return void response.writeHead(202).end();
    if (method === 'initialize') return initialize(response, id, params?.protocolVersion);
    calls++;
    const { mib = 0, ms = 0 } = params?.arguments ?? {};
    const say = (): void => void answer(response, id, params?.name === 'big' ? mib : 0);
    if (params?.name === 'wait') {
      waiting.add(say);
      response.once('close', () => waiting.delete(say));
    } else setTimeout(say, ms);
  };
  // Longer than any test: that it closes a connection just when it is used again is for other tests.
  server.keepAliveTimeout = 300_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    get calls() {
      return calls;
    },
    get waiting() {
      return waiting.size;
    },
    letGo() {
      for (const say of waiting) say();
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function initialize(response: http.ServerResponse, id: number | string, protocolVersion?: string): void {
  const result = { protocolVersion, capabilities: {}, serverInfo: { name: 'heavy', version: '1' } };
  response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': randomUUID() });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

async function answer(response: http.ServerResponse, id: number | string, mib: number): Promise<void> {
  const before = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"resultType":"complete","content":[{"type":"text","text":"`;
  const after = '"}]}}';
  const length = before.length + after.length + mib * MIB;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
  response.write(before);
  // Once for all: a large answer waits many times.
  let goOn = (): void => {};
  response.on('drain', () => goOn());
  response.once('close', () => goOn());
  for (let i = 0; i < mib && !response.destroyed; i++) {
    if (!response.write(FILLING)) {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
  }
  response.end(after);
}

if (import.meta.main) {
  const { port } = await startHeavy();
  process.stdout.write(`${port}\n`);
}
