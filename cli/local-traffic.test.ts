import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTraffic, recordOptions, type SaidRecord, withRecord } from './local-traffic.ts';
import { testFolder } from './testing/traffic-file.ts';

const said = (...args: string[]): SaidRecord => {
  const command = withRecord(new Command()).exitOverride();
  command.parse(args, { from: 'user' });
  return command.opts();
};

it('is nothing, where nobody asks for it', () => {
  expect(recordOptions(said())).toBeUndefined();
  expect(openTraffic(undefined, 'default/a', () => expect.fail())).toBeUndefined();
});

it('has bounds where nobody says them', () => {
  expect(recordOptions(said('--record', '/tmp/x'))).toEqual({
    file: '/tmp/x',
    forMs: 3_600_000,
    maxBytes: 67_108_864,
    full: [],
  });
  expect(
    recordOptions(said('--record', '/tmp/x', '--record-for', '30m', '--record-size', '1Mi', '--record-full', 'a', 'b')),
  ).toEqual({
    ...{ file: '/tmp/x', forMs: 1_800_000, maxBytes: 1_048_576, full: ['a', 'b'] },
  });
});

it.each([
  ['--record-for', '169h', /is no duration from 1s to 168h/],
  ['--record-for', 'soon', /is no duration/],
  ['--record-for', '1ms', /is no duration/],
  ['--record-size', '1Ki', /is no size from 64Ki to 16Gi/],
  ['--record-size', 'much\u001b', /is no size/],
])('%s %s is refused', (option, value, words) => {
  expect(() => recordOptions(said('--record', 'x', option, value))).toThrow(words);
});

it('says where it writes and until when, and that it has ended', async () => {
  const lines: string[] = [];
  const file = join(testFolder(), 'traffic.jsonl');
  const log = openTraffic({ file, forMs: 1_000, maxBytes: 65_536, full: [] }, 'default/a', (line) => lines.push(line));
  expect(lines).toEqual([
    expect.stringMatching(/^traffic is recorded in .*traffic\.jsonl until 20.*Z, or 65536 bytes$/),
  ]);
  await expect.poll(() => lines.at(-1), { timeout: 5_000 }).toBe('traffic is not recorded any more: its time is over');
  await log?.close();
  expect(readFileSync(file, 'utf8')).toContain('"end":"time"');
});

it('says what the system says', async () => {
  const lines: string[] = [];
  const options = { forMs: 60_000, maxBytes: 65_536, full: [] };
  expect(() => openTraffic({ file: '/proc/x/traffic.jsonl', ...options }, 'default/a', () => {})).toThrow(
    /cannot be written: /,
  );
  const log = openTraffic({ file: '/dev/full', ...options }, 'default/a', (line) => lines.push(line));
  await expect
    .poll(() => lines.at(-1))
    .toMatch(/not recorded any more: the log cannot be written \(the disk is full\)/);
  await log?.close();
});
