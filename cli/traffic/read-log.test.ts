import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TrafficLine } from '../../core/traffic/line.ts';
import { HEAD } from '../../core/traffic/testing/lines.ts';
import { reads, testFolder, trafficFile } from '../testing/traffic-file.ts';
import { readTraffic, Unread } from './read-log.ts';

async function read(file: string): Promise<{ readonly lines: readonly TrafficLine[]; readonly words: string }> {
  const unread = new Unread('log\u001b[31m');
  const lines: TrafficLine[] = [];
  for await (const line of readTraffic(file, unread)) lines.push(line);
  return { lines, words: unread.words };
}
function fileOf(text: string | Buffer): string {
  const file = join(testFolder(), 'traffic.jsonl');
  writeFileSync(file, text);
  return file;
}

it('reads every line, and says which it could not, without what stands in them', async () => {
  const file = trafficFile(
    [reads()],
    `{"call":\n\n${JSON.stringify({ ...HEAD, traffic: 9 })}\n{"x":"\u001b[2J"}\n${'x'.repeat(2 * 1024 * 1024)}\n{"call":2,"ti`,
  );
  const { lines, words } = await read(file);
  expect(lines).toEqual([HEAD, reads()]);
  expect(words.trimEnd().split('\n')).toEqual([
    'log\\u{1b}[31m:3: is no JSON, or only the beginning of it; it is left out',
    'log\\u{1b}[31m:5: is of version 9, and this command reads version 1; it is left out',
    'log\\u{1b}[31m:6: is no JSON, or only the beginning of it; it is left out',
    'log\\u{1b}[31m:7: is longer than any line of a traffic log; it is left out',
    'log\\u{1b}[31m:8: is no JSON, or only the beginning of it; it is left out',
  ]);
});

it('counts what it does not say', async () => {
  const { words } = await read(trafficFile([], '{}\n'.repeat(9)));
  expect(words.trimEnd().split('\n')).toHaveLength(6);
  expect(words).toContain('4 more lines are left out');
});

it.each([
  ['an empty file', '', /its first line is not there/],
  ['a log of another version', JSON.stringify({ ...HEAD, traffic: 2 }), /its first line is of version 2/],
  ['an audit log', '{"event":"open","seq":0}\n', /is no line of a traffic log/],
  ['a log without its head', JSON.stringify(reads()), /is not the head of one/],
  ['bytes', Buffer.alloc(100, 0xff), /is no JSON/],
])('%s is no traffic log', async (_what, text, words) => {
  await expect(read(fileOf(text))).rejects.toThrow(words);
});

it('says what the system says', async () => {
  await expect(read('/nowhere/traffic.jsonl')).rejects.toThrow(/cannot read .*: it does not exist/);
});

it('holds one line of a large log at a time', async () => {
  const file = trafficFile([], `${JSON.stringify(reads())}\n`.repeat(50_000));
  const before = process.memoryUsage().heapUsed;
  let [count, most] = [0, 0];
  for await (const _ of readTraffic(file, new Unread(file))) {
    if (++count % 5_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  expect(count).toBe(50_001);
  expect(most).toBeLessThan(200 * 1024 * 1024);
});
