import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacksDescriptors, readOptions } from './soak-options.ts';
import { afterWarmUp, faultsOf, rowsOf, type SoakReport, unjudgedMemory } from './soak-report.ts';

const RESULTS = join(import.meta.dirname, 'results.json');

/** Ten minutes in which memory grows by so many megabytes an hour. */
function memoryOver(minutes: number, perHour: number): SoakReport['memory'] {
  return Array.from({ length: minutes * 60 }, (_, second) => ({
    atMs: second * 1_000,
    value: 100 + (perHour * second) / 3_600,
  }));
}

const good: SoakReport = {
  streams: 2_000,
  died: 0,
  events: 240_000,
  answered: 120_000,
  failed: 0,
  problems: [],
  p50Ms: 1,
  p99Ms: 9,
  memory: memoryOver(10, 5),
  descriptors: { start: 30, loaded: 4_100, end: 34 },
};

describe('the verdict of a soak', () => {
  it.each<[string, Partial<SoakReport>, string[]]>([
    ['nothing lost', {}, []],
    ['streams that died', { died: 3, problems: ['a stream ended'] }, ['3 of 2000 streams died', 'a stream ended']],
    ['streams on which nothing came', { events: 1_999 }, ['only 1999 events came on 2000 streams']],
    ['calls that failed', { failed: 1, problems: ['HTTP 502'] }, ['1 of 120001 calls failed', 'HTTP 502']],
    ['no calls at all', { answered: 0 }, ['no call was answered']],
    [
      'descriptors that stay open',
      { descriptors: { start: 30, loaded: 4_100, end: 41 } },
      ['11 more descriptors are open than at the start; at most 10 may be'],
    ],
    ['memory that grows', { memory: memoryOver(10, 40) }, ['memory grows by 40 MB an hour; at most 30 it may']],
    ['memory that grows in too short a time to say', { memory: memoryOver(2, 4_000) }, []],
    ['memory that shrinks', { memory: memoryOver(10, -40) }, []],
  ])('%s', (_, more, faults) => {
    expect(faultsOf({ ...good, ...more })).toEqual(faults);
  });

  it('leaves out the first fifth, and at most two minutes', () => {
    expect(afterWarmUp(memoryOver(5, 0))[0]?.atMs).toBe(60_000);
    expect(afterWarmUp(memoryOver(60, 0))[0]?.atMs).toBe(120_000);
    expect(afterWarmUp([])).toEqual([]);
  });

  it('says how memory grew, or that it was watched for too short a time', () => {
    const slopeOf = (report: SoakReport) => rowsOf(report).find(({ result }) => result.name === 'soak/memory-slope');
    expect(slopeOf(good)).toMatchObject({ result: { value: 5 }, note: '100 to 101 MB after warm-up, 101 at most' });
    expect(unjudgedMemory(good)).toBeUndefined();
    const short = { ...good, memory: memoryOver(1, 0) };
    expect(slopeOf(short)).toBeUndefined();
    expect(unjudgedMemory(short)).toMatch(/too short a time to judge it by\.$/);
  });
});

describe('the command line', () => {
  it('has the load that is recorded as its default', () => {
    expect(readOptions([])).toEqual({ minutes: 10, streams: 2_000, rate: 200, record: false });
    expect(readOptions(['--minutes', '0.2', '--streams', '9', '--rate', '1.5'])).toEqual({
      minutes: 0.2,
      streams: 9,
      rate: 1.5,
      record: false,
    });
    expect(readOptions(['--minutes', 'x', '--help'])).toBe('help');
  });

  it.each([
    ['--minutes', '0'],
    ['--minutes', 'ten'],
    ['--streams', '1.5'],
    ['--rate', '-1'],
    ['--speed', '9'],
    ['--record', '--minutes', '1'],
  ])('says what is wrong with %s %s', (...args) => {
    expect(readOptions(args)).toHaveProperty('wrong', expect.stringContaining(args[0] ?? ''));
  });

  it('says how to get more descriptors where there are too few', () => {
    expect(lacksDescriptors(2_000, 4_300)).toBeUndefined();
    expect(lacksDescriptors(2_000, Infinity)).toBeUndefined();
    expect(lacksDescriptors(2_000, 1_024)).toBe(
      '2000 streams need 4300 file descriptors in one process, and the limit is 1024: raise it (ulimit -Hn 4300, as root; in Docker --ulimit nofile=4300), or take fewer (--streams 362)',
    );
  });
});

it('a short soak of the real sidecar loses nothing and writes nothing', async () => {
  const before = readFileSync(RESULTS, 'utf8');
  const args = [join(import.meta.dirname, 'soak.ts'), '--minutes', '0.05', '--streams', '30', '--rate', '40'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, progress] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (progress += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, out, progress]).toEqual([
    0,
    expect.stringMatching(/soak\/calls-failed +0 +≤ 0 +met +of 1\d\d$/m),
    expect.stringMatching(/^… \d of 3 s · 30 streams \(0 died\), \d+ events · \d+ calls \(0 failed\)/m),
  ]);
  expect(readFileSync(RESULTS, 'utf8')).toBe(before);
}, 60_000);
