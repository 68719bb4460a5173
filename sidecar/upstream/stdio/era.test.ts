/** Real processes that are asked which era they speak. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { STRAYS } from '../../testing/stray-lines.ts';
import { StdioEra } from './era.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-era-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

let started = 0;
const opened: StdioEra[] = [];
afterEach(async () => {
  for (const era of opened.splice(0)) await era.close();
});

/** A server that writes its process id to a file and answers every request with `answer`. */
function serverThat(answer: string): {
  era: StdioEra;
  clock: FakeClock;
  logs: string[];
  readonly starts: () => number[];
} {
  const file = join(directory, String(started++));
  const script = `
require('node:fs').appendFileSync(process.env.PIDS, process.pid + '\\n');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id } = JSON.parse(line);
  const say = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', id, ...message }));
  ${answer}
});`;
  const clock = new FakeClock();
  const logs: string[] = [];
  const era = new StdioEra({
    command: { command: [process.execPath, '-e', script], env: { PIDS: file }, cwd: undefined },
    clock,
    onLog: (line) => logs.push(line),
  });
  opened.push(era);
  return { era, clock, logs, starts: () => readFileSync(file, 'utf8').trim().split('\n').map(Number) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const DISCOVERED = `say({ result: { supportedVersions: ['2026-07-28'], capabilities: {} } });`;

describe('a server is', () => {
  it.each<[name: string, era: string, answer: string]>([
    ['modern, which lists a version of that era', 'modern', DISCOVERED],
    [
      'modern, which says other things first',
      'modern',
      `console.log('hello'); say({ id: 'other', result: {} }); ${DISCOVERED}`,
    ],
    [
      'modern, whose logger names the request first',
      'modern',
      `for (const line of ${JSON.stringify(STRAYS)}) console.log(line.replaceAll('ID', '"sallyport-era"')); ${DISCOVERED}`,
    ],
    ['legacy, which lists other versions', 'legacy', `say({ result: { supportedVersions: ['2025-11-25'] } });`],
    ['legacy, which answers with an error', 'legacy', `say({ error: { code: -32601, message: 'no' } });`],
    ['legacy, which knows later versions alone', 'legacy', `say({ error: { code: -32022, message: 'no' } });`],
    ['legacy, which answers nonsense', 'legacy', `say({ result: {} });`],
    ['legacy, which exits', 'legacy', 'process.exit(1);'],
  ])('%s', async (_name, expected, answer) => {
    const { era } = serverThat(answer);
    expect(era.verdict).toBeUndefined();
    expect(await era.ask()).toBe(expected);
    expect(era.verdict).toBe(expected);
  });

  it('legacy, which cannot be run', async () => {
    const options = { command: ['/no/such/program'] as const, env: {}, cwd: undefined };
    const era = new StdioEra({ command: options, clock: new FakeClock(), onLog() {} });
    expect(await era.ask()).toBe('legacy');
  });
});

it('asks one process for all that want to know, and leaves none', async () => {
  const { era, starts } = serverThat(DISCOVERED);
  expect(await Promise.all([era.ask(), era.ask(), era.ask()])).toEqual(['modern', 'modern', 'modern']);
  await vi.waitFor(() => expect(starts().filter(isAlive)).toEqual([]));
  expect(starts()).toHaveLength(1);
});

it('believes an answer for ever, and silence for ten minutes', async () => {
  const spoken = serverThat(DISCOVERED);
  await spoken.era.ask();
  spoken.clock.advance(365 * 86_400_000);
  expect(spoken.era.verdict).toBe('modern');
  const { era, clock, logs } = serverThat('process.exit(1);');
  await era.ask();
  expect(logs).toEqual([
    'asked for its era, it exited with code 1: it is taken for a server of the handshake revisions',
  ]);
  clock.advance(10 * 60_000 - 1);
  expect(era.verdict).toBe('legacy');
  clock.advance(1);
  expect(era.verdict).toBeUndefined();
});

it('waits five seconds for an answer', async () => {
  const { era, logs, starts } = serverThat('');
  const began = performance.now();
  expect(await era.ask()).toBe('legacy');
  expect(performance.now() - began).toBeGreaterThan(4_900);
  expect(logs[0]).toMatch(/it did not answer/);
  await vi.waitFor(() => expect(starts().filter(isAlive)).toEqual([]));
});

it('stops asking when it is closed', async () => {
  const { era, starts } = serverThat('');
  const asked = era.ask();
  await vi.waitFor(() => expect(starts()).toHaveLength(1), 5_000);
  await era.close();
  expect(await asked).toBe('legacy');
  expect(starts().filter(isAlive)).toEqual([]);
});
