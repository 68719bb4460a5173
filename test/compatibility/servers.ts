/** The servers of the matrix, and what can be done with each of them. */
import { join } from 'node:path';
import { startEverything } from '../support/everything.ts';
import { packageBin } from '../support/package-bin.ts';
import { PYTHON_FOLDER } from './clients/python-driver.ts';
import type { Json, Transport } from './clients/shape.ts';
import { FASTMCP, PYTHON, type PythonSdk, SDK_1, SDK_2 } from './python-sdks.ts';
import { type Started, httpProgram, stdioProgram } from './servers/programs.ts';
import { versionOf } from './versions.ts';

/** What is asked of a server; what it does not have is left out. */
export interface Surface {
  readonly call: { readonly name: string; readonly args: Json };
  /** A call that reports its progress. `certain`: how many reports come so early that no client throws them away with the answer in hand. */
  readonly steps?: { readonly name: string; readonly args: Json; readonly certain: number };
  readonly prompt?: { readonly name: string; readonly args: Readonly<Record<string, string>> };
  readonly resource?: string;
  /** It has all that servers/features-v1.ts has. */
  readonly features?: boolean;
}

export interface MatrixServer {
  readonly name: string;
  readonly transport: Transport;
  readonly surface: Surface;
  /** `directory`: empty, and its own. */
  start(directory: string): Promise<Started>;
}

const EVERYTHING_BIN = packageBin('@modelcontextprotocol/server-everything');
const FILESYSTEM_BIN = packageBin('@modelcontextprotocol/server-filesystem');

const EVERYTHING: Surface = {
  call: { name: 'get-sum', args: { a: 2, b: 3 } },
  steps: { name: 'trigger-long-running-operation', args: { duration: 0.6, steps: 3 }, certain: 2 },
  prompt: { name: 'simple-prompt', args: {} },
  resource: 'demo://resource/static/document/architecture.md',
};
const FEATURES: Surface = {
  call: { name: 'echo', args: { message: 'hello' } },
  steps: { name: 'steps', args: { steps: 200 }, certain: 1 },
  prompt: { name: 'paint', args: { colour: 'blue' } },
  resource: 'file:///data/notes.txt',
  features: true,
};

/** What starts the program that has all features: its command and first arguments. */
type Program = () => Promise<readonly [command: string, ...args: string[]]>;

const PATHS = { 'Streamable HTTP': '/mcp', 'HTTP+SSE': '/sse' } as const;
const MODES = { 'Streamable HTTP': 'http', 'HTTP+SSE': 'sse', stdio: 'stdio' } as const;

function featuresOn(sdk: string, program: Program, transports: readonly Transport[]): MatrixServer[] {
  return serverOn(`features on ${sdk}`, FEATURES, program, transports);
}

function serverOn(name: string, surface: Surface, program: Program, transports: readonly Transport[]): MatrixServer[] {
  return transports.map((transport) => ({
    name,
    transport,
    surface,
    async start() {
      const [command, ...args] = await program();
      if (transport === 'stdio') return stdioProgram(command, ...args, 'stdio');
      return httpProgram(PATHS[transport], command, ...args, MODES[transport]);
    },
  }));
}

function onNode(file: string): Program {
  return async () => Promise.resolve([process.execPath, join(import.meta.dirname, 'servers', file)]);
}

function onPython(sdk: PythonSdk, file: string): Program {
  return async () => [await sdk.interpreter(), '-B', join(PYTHON_FOLDER, file)];
}

const ALL = ['Streamable HTTP', 'HTTP+SSE', 'stdio'] as const;

const PYTHON_SERVERS: readonly MatrixServer[] = [
  ...featuresOn(`Python ${SDK_1.version}`, onPython(SDK_1, 'server_v1.py'), ALL),
  ...featuresOn(`Python ${SDK_2.version}`, onPython(SDK_2, 'server_v2.py'), ALL),
  ...serverOn(`FastMCP ${FASTMCP.version}`, { ...FEATURES, features: false }, onPython(FASTMCP, 'server_fastmcp.py'), [
    'Streamable HTTP',
    'stdio',
  ]),
];

export const SERVERS: readonly MatrixServer[] = [
  {
    name: `server-everything ${versionOf('server-everything')}`,
    transport: 'Streamable HTTP',
    surface: EVERYTHING,
    start: async () => everything('streamableHttp'),
  },
  {
    name: `server-everything ${versionOf('server-everything')}`,
    transport: 'HTTP+SSE',
    surface: EVERYTHING,
    start: async () => everything('sse'),
  },
  {
    name: `server-everything ${versionOf('server-everything')}`,
    transport: 'stdio',
    surface: EVERYTHING,
    start: async () => Promise.resolve(stdioProgram(process.execPath, EVERYTHING_BIN, 'stdio')),
  },
  {
    name: `server-filesystem ${versionOf('server-filesystem')}`,
    transport: 'stdio',
    surface: { call: { name: 'list_allowed_directories', args: {} } },
    start: async (directory) => Promise.resolve(stdioProgram(process.execPath, FILESYSTEM_BIN, directory)),
  },
  ...featuresOn(`TypeScript v1 ${versionOf('sdk')}`, onNode('features-v1.ts'), ALL),
  // This generation of the server SDK has no HTTP+SSE.
  ...featuresOn(`TypeScript v2 ${versionOf('server')}`, onNode('features-v2.ts'), ['Streamable HTTP', 'stdio']),
  ...(PYTHON === undefined ? [] : PYTHON_SERVERS),
];

async function everything(transport: 'streamableHttp' | 'sse'): Promise<Started> {
  const server = await startEverything(transport);
  return { target: server.url, close: () => server.close() };
}
