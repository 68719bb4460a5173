/** The process itself, as far as it needs no cluster: what it says of itself, and of a configuration that is wrong. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { version } from '../core/version.ts';
import { freePort } from '../test/support/ports.ts';
import { eventually } from '../test/support/eventually.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 9_000 });
  return { code: status, out: stdout, err: stderr };
}

async function configText(metrics?: number): Promise<string> {
  const ports = `{webhook: ${await freePort()}, sidecars: ${await freePort()}, metrics: ${metrics ?? (await freePort())}}`;
  return `namespace: a\nserviceName: a\nports: ${ports}\nwebhooks: {mutating: a, validating: a}\nsidecar: {image: a}\nleaderElection: false\n`;
}

function kubeconfigOf(server: string): string {
  return `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${server}", insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
}

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'operator.yaml');
  writeFileSync(path, text);
  return path;
}

test(
  'what nothing caught makes it not ready, is told in its log, and ends it in order',
  { timeout: 30_000 },
  async () => {
    const port = await freePort();
    const kubeconfig = kubeconfigOf('https://127.0.0.1:1');
    const throws = join(import.meta.dirname, '..', 'test', 'support', 'throws-on-signal.ts');
    const args = [
      `--import=${throws}`,
      MAIN,
      '--config',
      file(await configText(port)),
      '--kubeconfig',
      file(kubeconfig),
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const closed = once(child, 'close');
    const readyz = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
    await eventually('it listens', async () => readyz().catch(() => undefined));
    child.kill('SIGUSR2');
    await eventually('it says so', async () =>
      /an error that nothing caught: Error: thrown by the test/.test(await readyz()),
    );
    await closed;
    expect(child.exitCode).toBe(70);
    expect(log).toMatch(/"level":60.*thrown by the test/);
    expect(log).toContain('"stopped"');
  },
);

test('on a cluster that is too old it says so and ends, and is ready at no time', { timeout: 30_000 }, async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/version' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.url === '/version' ? { gitVersion: 'v1.30.4' } : { code: 404 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const args = ['--config', file(await configText()), '--kubeconfig', file(kubeconfigOf(`http://127.0.0.1:${port}`))];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await once(child, 'close');
  expect(child.exitCode).toBe(1);
  const says = 'Sallyport needs Kubernetes 1.31 or newer, and this cluster, which is v1.30.4, lacks selectable fields';
  expect(log).toContain(`"msg":"${says}`);
  expect(log).toContain(`sallyport-operator: cluster version failed: ${says}`);
});

test('--help says what it does and what it needs', () => {
  const { code, out } = run('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: sallyport-operator /);
  expect(out).toContain('--config <file>');
  expect(out).toContain('--kubeconfig <file>');
});

test('--version is that of the package', () => {
  expect(run('--version')).toMatchObject({ code: 0, out: `${version}\n` });
});

test('without a configuration it says which option is missing', () => {
  const { code, err } = run();
  expect(code).toBe(1);
  expect(err).toContain("required option '--config <file>' not specified");
});

test('a configuration that is wrong is named with every field, in lines for people and without a stack', () => {
  const path = file('namespace: sallyport-system\nports: {webhook: 0}\n');
  const { code, err } = run('--config', path);
  expect(code).toBe(1);
  expect(err).toContain(`sallyport-operator: ${path} is not a configuration of the operator:\n`);
  expect(err).toMatch(/^ {2}ports\.webhook: /m);
  expect(err).toMatch(/^ {2}sidecar: /m);
  expect(err).not.toContain('    at ');
});

test('a kubeconfig that is not there is named', () => {
  const text = 'namespace: a\nserviceName: a\nports: {}\nwebhooks: {mutating: a, validating: a}\nsidecar: {image: a}\n';
  const { code, err } = run('--config', file(text), '--kubeconfig', '/nowhere/kubeconfig');
  expect(code).toBe(1);
  expect(err).toContain('/nowhere/kubeconfig');
  expect(err).not.toContain('    at ');
});
