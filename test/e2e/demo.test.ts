import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
/** What the issue of the demo asks for, on two cores. */
const MAX_MS = 60_000;

let temporary: string;
let demo: { code: number | null; output: string; ms: number };
const children: ChildProcess[] = [];

beforeAll(async () => {
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'demo-')));
  const started = performance.now();
  demo = { ...(await run(['examples/demo/demo.ts'])), ms: performance.now() - started };
}, 2 * MAX_MS);

afterAll(() => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(temporary, { recursive: true, force: true });
});

test('the demo observes and shows every step, in less than a minute, and leaves nothing behind', () => {
  const { code, output, ms } = demo;
  expect(code, output).toBe(0);
  expect(ms).toBeLessThan(MAX_MS);
  expect(readdirSync(temporary)).toEqual([]);

  const steps = [...output.matchAll(/^ ?(\d+)  (.+)$/gm)].map(([, number, title]) => `${number} ${title}`);
  expect(steps).toEqual([
    '1 Two MCP servers are up, each behind a gate',
    '2 A list of tools is filtered',
    '3 A read is allowed',
    '4 A read outside is refused',
    '5 A write is held, approved from a second process, executed',
    '6 The same approval does not work twice',
    '7 A token is rotated',
    '8 A policy is edited live, and a broken edit changes nothing',
    '9 Another server, over HTTP: who may use which tool',
    '10 Prompts and resources are decided on as well',
    '11 Every decision is counted',
    '12 Every decision is on record, and an edit of the record is caught',
  ]);
  const sections = output.split(/^ ?\d+  .+$/m).slice(1);
  for (const [index, section] of sections.entries()) expect(section, steps[index]).toContain('✓');

  // The sentence that the model reads, as a person sees it who follows the story.
  const text = output.replaceAll(/\s+/g, ' ');
  expect(text).toMatch(
    /the model reads: Refused by policy: tool "read_text_file", argument "path": The path "\S+salaries\.txt" leads outside/,
  );
  expect(text).toMatch(/was used once and does not cover this call\. Call again with identical arguments/);
  expect(output).not.toContain('\u001b[');
  expect(output).not.toMatch(/sallyport_[\w-]{20,}/);
});

test('what the demo suggests to try next works', { timeout: MAX_MS }, async () => {
  // `npm run sallyport` is this very file, run by a Node that is new enough.
  const suggested = [...demo.output.matchAll(/^ {2}npm run -s sallyport -- (.+)$/gm)].map(([, command = '']) =>
    `cli/main.ts ${command}`.split(' '),
  );
  expect(suggested.map(([, verb]) => verb)).toEqual(['init', 'token', 'up', 'connect']);
  // Run where it says, but with a folder and ports of its own.
  const here = (words: string[]): string[] => words.map((word) => (word === 'my-gate' ? join(temporary, word) : word));
  for (const words of suggested) {
    if (words[1] === 'up') {
      const ports = ['--port', '0', '--metrics-port', '0'];
      const up = start([
        ...here(words.slice(0, words.indexOf('--'))),
        ...ports,
        '--',
        ...words.slice(words.indexOf('--') + 1),
      ]);
      await printed(up, 'is up for default/local');
      up.kill('SIGINT');
      expect(await exitCodeOf(up)).toBe(0);
    } else {
      const { code, output: said } = await run(here(words));
      expect(code, said).toBe(0);
    }
  }
});

test('stopped in the middle, the demo ends what it started', { timeout: MAX_MS }, async () => {
  const before = readdirSync(temporary);
  const child = start(['examples/demo/demo.ts']);
  await printed(child, '✓ clients of SDK 1.x and 2.x');
  child.kill('SIGINT');
  expect(await exitCodeOf(child)).toBe(130);
  expect(readdirSync(temporary)).toEqual(before);
});

test('every YAML file of the examples lints clean', async () => {
  const folders = readdirSync(join(root, 'examples'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ya?ml$/.test(entry.name))
    .map((entry) => entry.parentPath);
  // Says more of a server of the folder that it is in.
  const isSaidAnew = (folder: string): boolean => folder.endsWith('agents');
  for (const said of [folders.filter(isSaidAnew), folders.filter((folder) => !isSaidAnew(folder))]) {
    const { code, output } = await run(['cli/main.ts', 'lint', ...new Set(said)]);
    expect(code, output).toBe(0);
    expect(output).toContain(`${said.length} files`);
  }
});

function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, TMPDIR: temporary, SALLYPORT_STATE_DIR: temporary, SALLYPORT_RUNTIME_DIR: temporary };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = start(args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  return { code: await exitCodeOf(child), output };
}

function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('close', resolve));
}

function printed(child: ChildProcess, text: string): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (output.includes(text)) resolve();
      });
    }
    child.once('close', (code) => reject(new Error(`ended with exit code ${code} and without "${text}":\n${output}`)));
  });
}
