/** The servers of the matrix, and what can be done with each of them. */
import { join } from 'node:path';
import { startEverything } from '../support/everything.ts';
import { startFixture } from '../support/fixture-server.ts';
import { packageBin } from '../support/package-bin.ts';
import { type Target, type Transport, versionOf } from './clients.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is asked of a server; what it does not have is left out. */
export interface Surface {
  readonly call: { readonly name: string; readonly args: Json };
  /** A call that reports its progress. `certain`: how many reports come so early that no client throws them away with the answer in hand. */
  readonly steps?: { readonly name: string; readonly args: Json; readonly certain: number };
  readonly prompt?: string;
  readonly resource?: string;
}

export interface MatrixServer {
  readonly name: string;
  readonly transport: Transport;
  readonly surface: Surface;
  /** `directory`: empty, and its own. */
  start(directory: string): Promise<{ readonly target: Target; close(): unknown }>;
}

const EVERYTHING_BIN = packageBin('@modelcontextprotocol/server-everything');
const FILESYSTEM_BIN = packageBin('@modelcontextprotocol/server-filesystem');
const STDIO_FIXTURE = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');

const EVERYTHING: Surface = {
  call: { name: 'get-sum', args: { a: 2, b: 3 } },
  steps: { name: 'trigger-long-running-operation', args: { duration: 0.15, steps: 3 }, certain: 2 },
  prompt: 'simple-prompt',
  resource: 'demo://resource/static/document/architecture.md',
};
const FIXTURE: Surface = {
  call: { name: 'echo', args: { message: 'hello' } },
  steps: { name: 'steps', args: { steps: 200 }, certain: 1 },
  prompt: 'greet',
  resource: 'file:///data/report.txt',
};

export const SERVERS: readonly MatrixServer[] = [
  {
    name: `server-everything ${versionOf('server-everything')}`,
    transport: 'Streamable HTTP',
    surface: EVERYTHING,
    async start() {
      const server = await startEverything();
      return { target: server.url, close: () => server.close() };
    },
  },
  {
    name: `server-everything ${versionOf('server-everything')}`,
    transport: 'HTTP+SSE',
    surface: EVERYTHING,
    async start() {
      const server = await startEverything('sse');
      return { target: server.url, close: () => server.close() };
    },
  },
  {
    name: `server-everything ${versionOf('server-everything')}`,
    transport: 'stdio',
    surface: EVERYTHING,
    start: async () => program(EVERYTHING_BIN, 'stdio'),
  },
  {
    name: `server-filesystem ${versionOf('server-filesystem')}`,
    transport: 'stdio',
    surface: { call: { name: 'list_allowed_directories', args: {} } },
    start: async (directory) => program(FILESYSTEM_BIN, directory),
  },
  {
    name: `fixture on SDK v2 ${versionOf('server')}`,
    transport: 'Streamable HTTP',
    surface: FIXTURE,
    async start() {
      const server = await startFixture();
      return { target: server.url, close: () => server.close() };
    },
  },
  {
    name: `fixture on SDK v2 ${versionOf('server')}`,
    transport: 'stdio',
    surface: FIXTURE,
    start: async () => program(STDIO_FIXTURE),
  },
];

/** Nothing runs yet: whoever connects starts it. */
function program(...args: string[]): { target: Target; close(): void } {
  return { target: { args, env: { PATH: process.env['PATH'] ?? '' } }, close() {} };
}
