/** The package as people get it: packed, installed into an empty folder, used from there. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MountedVolume } from '../support/mounted-volume.ts';
import { bundleOf } from '../support/policy.ts';
import { startSidecar } from '../support/sidecar-process.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const filesystemServer = join(root, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');

let home: string;
let sallyport: string;

const env = () => ({
  ...process.env,
  HOME: home,
  SALLYPORT_STATE_DIR: join(home, 's'),
  SALLYPORT_RUNTIME_DIR: join(home, 'r'),
  NO_COLOR: '1',
});
const cli = (...args: string[]) => run(sallyport, args, { cwd: home, env: env() });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sp-pkg-'));
  await run('npm', ['pack', '--pack-destination', home], { cwd: root });
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz')) ?? expect.fail('npm pack wrote nothing');
  writeFileSync(join(home, 'package.json'), '{"private":true}');
  // Nothing to fetch: everything is bundled. Offline proves it.
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(home, tarball)], { cwd: home });
  sallyport = join(home, 'node_modules/.bin/sallyport');
}, 120_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

it('a gate has no parser of conditions: it is where packs are compiled', () => {
  // A name that the parser's options have, and nothing else.
  const has = (bundle: string) =>
    readFileSync(join(root, 'dist', bundle), 'utf8').includes('homogeneousAggregateLiterals');
  expect(['operator.mjs', 'cli.mjs', 'gate.mjs'].map(has)).toEqual([true, true, false]);
});

it('what speaks OTLP is beside the bundle of the gate, and is loaded only when it is needed', async () => {
  const path = join(root, 'dist', 'sidecar.mjs');
  expect(readFileSync(join(root, 'dist', 'gate.mjs'), 'utf8')).not.toContain('opentelemetry.proto');
  const volume = new MountedVolume();
  volume.swap({ 'bundle.json': bundleOf({}).text });
  const places = { SALLYPORT_UPSTREAM: 'http://127.0.0.1:1/mcp', SALLYPORT_BUNDLE_DIR: volume.path };
  const says = async (more: Record<string, string>): Promise<boolean> => {
    const gate = await startSidecar({ ...places, ...more }, [process.execPath, path]);
    const found = gate.log.some((line) => line.includes('telemetry is sent by OTLP'));
    await gate.close();
    return found;
  };
  expect(await says({})).toBe(false);
  expect(await says({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toBe(
    true,
  );
  volume.close();
});

describe('the installed package', () => {
  it('brings nothing but itself', () => {
    const installed = readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(['sallyport']);
    const shipped = readdirSync(join(home, 'node_modules/sallyport'));
    expect(shipped).toEqual(expect.arrayContaining(['bin', 'dist', 'LICENSE', 'NOTICE', 'README.md', 'package.json']));
    expect(readdirSync(join(home, 'node_modules/sallyport/dist'))).toContain('THIRD_PARTY_NOTICES.txt');
  });

  it('says its version with the commit', async () => {
    const { stdout } = await cli('--version');
    expect(stdout).toMatch(/^sallyport \d+\.\d+\.\d+ \(commit [0-9a-f]{7,}(-dirty)?, Node 2\d\.\d+\.\d+\)\n$/);
  });

  it.each([
    [],
    ['init'],
    ['lint'],
    ['compile'],
    ['up'],
    ['wrap'],
    ['token', 'create'],
    ['token', 'list'],
    ['token', 'revoke'],
    ['connect'],
    ['approvals', 'list'],
    ['approvals', 'show'],
    ['approvals', 'approve'],
    ['approvals', 'deny'],
    ['audit', 'verify'],
    ['completion'],
  ])('teaches with one example: sallyport %s %s --help', async (...words) => {
    const { stdout } = await cli(...words.filter((word) => word !== ''), '--help');
    expect(stdout.match(/^Example:$/gm)).toHaveLength(1);
    expect(stdout).toMatch(/Example:\n {2}.*sallyport /);
  });

  it('writes a PDF with what is in the bundle alone', async () => {
    const line = { event: 'close', prev: '0'.repeat(64), seq: 0, server: 'a/b', stream: 's' };
    const file = join(home, 'audit.jsonl');
    writeFileSync(file, `${JSON.stringify({ ...line, time: '2026-11-21T10:00:00.000Z', v: 2 })}\n`);
    const { stdout } = await cli('audit', 'export', file, '--format', 'pdf');
    expect(stdout.startsWith('%PDF-1.')).toBe(true);
    expect(stdout).toContain('/BaseFont /Helvetica');
  });

  it('completes commands in bash', async () => {
    const { stdout } = await run(
      'bash',
      [
        '-c',
        `source <("$0" completion bash); COMP_WORDS=(sallyport to); COMP_CWORD=1; $(complete -p sallyport | sed 's/.*-F \\([^ ]*\\).*/\\1/') sallyport to sallyport; printf '%s\\n' "\${COMPREPLY[@]}"`,
        sallyport,
      ],
      { cwd: home, env: env() },
    );
    expect(stdout.trim()).toBe('token');
  });

  it('says clearly that an older Node will not do', async () => {
    const older =
      'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"});Object.defineProperty(process,"version",{value:"v20.20.2"})';
    const bin = join(home, 'node_modules/sallyport/bin/sallyport.mjs');
    const failure = await run(process.execPath, ['--import', older, bin, '--version']).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 1, stdout: '' });
    expect((failure as { stderr: string }).stderr).toMatch(/needs Node >= 24\.15.*20\.20\.2/);
    expect((failure as { stderr: string }).stderr).not.toContain('    at ');
  });

  it('governs a server from an empty folder: init, token, up, and a refusal the model can read', async () => {
    await cli('init', 'policy');
    mkdirSync(join(home, 'data'));
    await cli('lint', 'policy');
    const { stdout: token } = await cli('token', 'create', 'ada', '--folder', 'policy');
    const up = spawn(
      sallyport,
      [
        'up',
        '-f',
        'policy',
        '--port',
        '0',
        '--metrics-port',
        '0',
        '--',
        process.execPath,
        filesystemServer,
        join(home, 'data'),
      ],
      {
        cwd: home,
        env: env(),
      },
    );
    try {
      const url = await urlFrom(up.stdout);
      const client = new Client({ name: 'package-test', version: '1' });
      const headers = { authorization: `Bearer ${token.trim()}` };
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
      const refused = await client.callTool({ name: 'no_such_tool', arguments: {} });
      expect(refused).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('Refused by policy') as string }],
      });
      await client.close();
    } finally {
      const gone = new Promise((resolve) => up.once('exit', resolve));
      up.kill('SIGINT');
      expect(await gone).toBe(0);
    }
  });
});

async function urlFrom(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    const url = /http:\/\/\S+\/mcp/.exec(text)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`the gate never said its URL: ${text}`);
}
