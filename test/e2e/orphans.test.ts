/** What a gate has started ends with it, in whatever way the gate ends. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, runCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { INITIALIZE, JSON_HEADERS } from '../support/messages.ts';
import { processesWith } from '../support/processes.ts';
import { rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterEach();
/** Minds neither the end of its input nor SIGTERM. */
const STUBBORN = [process.execPath, join(import.meta.dirname, '..', 'support', 'stubborn-server.ts')];
const SPAWN = `require('node:child_process').spawn`;

const SERVERS = {
  alone: STUBBORN,
  // As npx, uvx and scripts do it; with one that was left to itself, which has no pipe of ours.
  'behind a shell': ['sh', '-c', 'sleep 1000 </dev/null >/dev/null 2>&1 & "$0" "$1"; true', ...STUBBORN],
  'behind a program': [
    process.execPath,
    '-e',
    `process.on('SIGTERM', () => {}); ${SPAWN}(process.argv[1], process.argv.slice(2), { stdio: 'inherit' });`,
    ...STUBBORN,
  ],
} as const;

let home: Workspace;
/** In the environment of all that the server of a test starts, and of nobody else. */
let mark: string;
let count = 0;
beforeEach(async () => {
  home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  mark = `${process.pid}-${count++}`;
});

function configure(command: readonly string[]): void {
  const stdio = JSON.stringify({ command, env: { SALLYPORT_TEST_MARK: mark } });
  home.write(
    'policy/server.yaml',
    `apiVersion: sallyport.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: s}\nspec:\n  stdio: ${stdio}\n  access: {anonymous: true}\n`,
  );
}

function started(): number[] {
  return processesWith(`SALLYPORT_TEST_MARK=${mark}`);
}

async function startWrap(): Promise<CliProcess> {
  const wrap = await use(runCli(home, 'wrap', '-f', home.path('policy')));
  wrap.process.stdin.write(`${INITIALIZE}\n`);
  await wrap.said(/"protocolVersion"/);
  return wrap;
}

async function startUp(): Promise<CliProcess> {
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--port', '0', '--metrics-port', '0'));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  const { status } = await rawExchange(Number(port), { headers: JSON_HEADERS, body: INITIALIZE });
  expect(status).toBe(200);
  return up;
}

describe.each([
  ['wrap', startWrap],
  ['up', startUp],
])('%s leaves nothing behind', (_name, start) => {
  it.each([
    ['SIGKILL', 'alone', 1],
    ['SIGKILL', 'behind a shell', 3],
    ['SIGKILL', 'behind a program', 2],
    ['SIGQUIT', 'alone', 1],
    ['SIGTERM', 'behind a shell', 3],
  ] as const)('when %s ends it, with a server %s', async (signal, kind, processes) => {
    configure(SERVERS[kind]);
    const gate = await start();
    expect(started()).toHaveLength(processes);
    gate.process.kill(signal);
    await gate.exit();
    // What a process of ours ends itself is gone with it; what is ended for it has two seconds of grace.
    await eventually('all of them are gone', () => started().length === 0, signal === 'SIGTERM' ? 1 : 6_000);
  });
});

it('a server that ends by itself leaves nothing behind either', async () => {
  configure([
    process.execPath,
    '-e',
    `${SPAWN}('sleep', ['1000'], { stdio: 'ignore' }); process.stdin.once('data', () => process.exit(0));`,
  ]);
  const wrap = await use(runCli(home, 'wrap', '-f', home.path('policy')));
  await eventually('both run', () => started().length === 2);
  wrap.process.stdin.write(`${INITIALIZE}\n`);
  expect(await wrap.exit()).toBe(1);
  expect(started()).toEqual([]);
});
