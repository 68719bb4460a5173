/** The processes under fuzz: a sidecar in each setting of `access`, `sallyport up`, and the listeners of the operator. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Workspace, runCli } from '../../support/cli.ts';
import { sha256Hex } from '../../support/gate.ts';
import { freePort } from '../../support/ports.ts';
import { MountedVolume } from '../../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../../support/policy.ts';
import { startSidecar } from '../../support/sidecar-process.ts';
import { type Kind, type Living, mute, tcp, tls, unixSocket } from './living.ts';

type Access = Parameters<typeof bundleOf>[1];

const ORIGINS = ['https://app.example.com'];
const SETTINGS: readonly (readonly [name: string, access: Access])[] = [
  ['anonymous', { anonymous: true, origins: ORIGINS, hosts: ['mcp.example.com'] }],
  ['tokens', { origins: ORIGINS }],
  ['oauth', { authorization: 'Server', origins: ORIGINS }],
  ['oauth-url', { authorization: 'Server', url: 'https://mcp.example.com/mcp' }],
];
const LAST_LINES = 5;

/** `upstream`: the URL of the server behind them. */
export function kindsOf(upstream: string): Kind[] {
  return [
    ...SETTINGS.map(([name, access]) => ({ name, start: async () => sidecar(name, access, upstream) })),
    { name: 'up', start: async () => up(upstream) },
    { name: 'operator', start: () => operator() },
  ];
}

async function sidecar(name: string, access: Access, upstream: string): Promise<Living> {
  const bundle = new MountedVolume({ 'bundle.json': bundleOf(ALLOW_ALL, access).text });
  const tokens = new MountedVolume({ me: `sha256:${sha256Hex('x')}\n` });
  const running = await startSidecar({
    SALLYPORT_UPSTREAM: upstream,
    SALLYPORT_BUNDLE_DIR: bundle.path,
    SALLYPORT_TOKENS_DIR: tokens.path,
    SALLYPORT_DRAIN: '100ms',
  });
  return {
    name,
    process: running.process,
    listeners: [tcp(`mcp (${name})`, running.port), tcp(`admin (${name})`, running.adminPort)],
    lastWords: () => running.log.slice(-LAST_LINES).join('\n'),
    async close() {
      await running.close();
      bundle.close();
      tokens.close();
    },
  };
}

async function up(upstream: string): Promise<Living> {
  const home = new Workspace();
  mkdirSync(home.path('policy'));
  const head = (kind: string, name: string): string =>
    `apiVersion: sallyport.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n`;
  home.write(
    'policy/server.yaml',
    `${head('MCPServer', 's')}  remote: {url: "${upstream}"}\n  access: {anonymous: true}\n`,
  );
  home.write('policy/rules.yaml', `${head('PolicyPack', 'p')}  tools: [{names: ["*"], effect: RequireApproval}]\n`);
  const ports = ['--port', '0', '--metrics-port', '0', '--quiet'];
  const cli = runCli(home, 'up', '-f', home.path('policy'), ...ports);
  const portIn = async (pattern: RegExp): Promise<number> => Number((await cli.said(pattern))[1]);
  const mcp = await portIn(/MCP +http:\/\/127\.0\.0\.1:(\d+)/);
  const metrics = await portIn(/metrics +http:\/\/127\.0\.0\.1:(\d+)/);
  const run = home.path('run');
  const socket = readdirSync(run).find((name) => name.endsWith('.sock')) ?? '';
  return {
    name: 'up',
    process: cli.process,
    listeners: [tcp('mcp (up)', mcp), tcp('admin (up)', metrics), unixSocket('approvals (up)', join(run, socket))],
    lastWords: () => [...cli.out, ...cli.err].slice(-LAST_LINES).join('\n'),
    async close() {
      cli.process.kill('SIGKILL');
      await cli.exit().catch(() => {});
      home.close();
    },
  };
}

/** Its probes have a port that is given, and between finding a free one and taking it somebody else may have it. */
async function operator(triesLeft = 4): Promise<Living> {
  try {
    return await startOperator();
  } catch (error) {
    if (triesLeft === 0 || !String(error).includes('EADDRINUSE')) throw error;
    return operator(triesLeft - 1);
  }
}

async function startOperator(): Promise<Living> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-fuzz-'));
  const probes = await freePort();
  const main = join(import.meta.dirname, 'operator-process.ts');
  const child = spawn(process.execPath, [main, directory, String(probes)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => Promise.reject(new Error(`the operator did not start: ${errors.join('\n')}`))),
  ])) as [string];
  const { webhooks, sidecarApi } = JSON.parse(line) as { webhooks: number; sidecarApi: number };
  return {
    name: 'operator',
    process: child,
    listeners: [
      ...[tls('webhooks', webhooks), tls('sidecar API', sidecarApi), tcp('probes', probes)],
      // What comes before TLS, or instead of it, has no answer; it must end nothing all the same.
      ...[mute(tcp('webhooks without TLS', webhooks)), mute(tcp('sidecar API without TLS', sidecarApi))],
    ],
    lastWords: () => errors.slice(-20).join('\n'),
    async close() {
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true });
    },
  };
}
