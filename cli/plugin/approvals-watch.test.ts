import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { folderWith } from '../testing/run-cli.ts';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { storedRequest } from '../testing/stored-request.ts';

/** The plugin in a process of its own, until it has printed this; then it gets the signal. */
async function watched(args: readonly string[], until: RegExp): Promise<{ code: number | null; stdout: string }> {
  const plugin = join(folderWith(), 'kubectl-sallyport.mjs');
  writeFileSync(plugin, `import(${JSON.stringify(join(import.meta.dirname, '../main.ts'))});\n`);
  chmodSync(plugin, 0o755);
  const child = spawn(process.execPath, [plugin, 'approvals', 'watch', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (until.test(stdout)) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout };
}

// Two processes are started, one from source.
vi.setConfig({ testTimeout: 30_000 });

const news = [{ type: 'DELETED', object: storedRequest() }];

test('prints a line of JSON for each change, and ends when it is told to', async () => {
  scriptKubectl({ items: [storedRequest()] }, news);
  const { code, stdout } = await watched([], /DELETED.*\n/);
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([{ type: 'ADDED', object: storedRequest() }, ...news]);
});

test('draws a table anew in its place, and says when it may be old', async () => {
  scriptKubectl({ items: [storedRequest()] }, 'Unable to connect to the server: EOF', { items: [] });
  const { code, stdout } = await watched(['-o', 'text', '-A'], /Nothing waits/);
  expect(code).toBe(0);
  const tables = stdout.split('\u001b[0J').slice(1);
  expect(tables[0]).toMatch(/^NAMESPACE +NAME .*\nfinance +ledger-transfer-x7k2m .*\n/);
  expect(stdout).toContain('this may be old: the cluster does not answer');
  expect(tables.at(-1)).toBe('Nothing waits.\n');
});
