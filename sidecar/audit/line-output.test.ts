import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LineOutput } from './line-output.ts';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-output-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'lines');
}

/** A pipe of the system that nobody reads. */
async function fullPipe(): Promise<number> {
  const path = temporaryFile();
  await once(spawn('mkfifo', [path]), 'exit');
  // Open for both, so that it need not wait for the other end; without waiting it says that it is full.
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
}

test('every line is written, each by itself', async () => {
  const path = temporaryFile();
  const output = new LineOutput(openSync(path, 'w'), () => expect.fail('nothing is dropped'));
  for (let i = 0; i < 100; i++) output.write(`{"seq":${i}}`);
  await output.close();
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
    Array.from({ length: 100 }, (_, i) => i),
  );
});

test('a reader that does not read costs lines beyond the bound, no time, and not the end', async () => {
  let dropped = 0;
  const output = new LineOutput(await fullPipe(), () => dropped++, 64 * 1024);
  const begun = performance.now();
  for (let i = 0; i < 1000; i++) output.write('x'.repeat(1000));
  expect(performance.now() - begun).toBeLessThan(500);
  expect(dropped).toBeGreaterThan(700);
  await output.close();
});

test('what comes after the end is dropped', async () => {
  let dropped = 0;
  const output = new LineOutput(openSync(temporaryFile(), 'w'), () => dropped++);
  await output.close();
  await output.close();
  output.write('late');
  expect(dropped).toBe(1);
});

test('a process whose output is a full pipe ends all the same', async () => {
  const path = temporaryFile();
  await once(spawn('mkfifo', [path]), 'exit');
  // As a container runtime leaves it: writes wait.
  const descriptor = openSync(path, constants.O_RDWR);
  const program = `
    import { LineOutput } from ${JSON.stringify(join(import.meta.dirname, 'line-output.ts'))};
    let dropped = 0;
    const output = new LineOutput(1, () => dropped++, 64 * 1024);
    for (let i = 0; i < 1000; i++) output.write('x'.repeat(1000));
    await output.close();
    process.exit(dropped > 700 ? 0 : 1);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', descriptor, 'inherit'],
  });
  const late = setTimeout(() => child.kill('SIGKILL'), 6000);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(late);
  expect(code).toBe(0);
});
