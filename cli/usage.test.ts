import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decisionLine, REFUSED } from '../core/audit/testing/records.ts';
import { folderWith } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';
import { localLogs, registerUsage } from './usage.ts';

const usage = (...args: string[]) => runHere(registerUsage, ['usage', ...args]);
const at = (time: string) => ({ time: Date.parse(`2026-11-21T${time}Z`) });
const bytes = { request: 1500, answer: 20 };
const LOG = [
  '{"event":"open","seq":0,"server":"default/files","stream":"s1","time":"2026-11-21T09:59:00.000Z"}',
  decisionLine({ ...at('10:00:00'), bytes }),
  decisionLine({ ...at('10:01:00'), bytes, outcome: 'refused', latency: { sallyportMs: 1 } }, REFUSED),
  decisionLine({ ...at('11:02:00'), tool: '=a\u202eb', latency: { sallyportMs: 0.25, upstreamMs: 1234.5 } }),
  decisionLine({ ...at('11:03:00'), tool: undefined, method: 'initialize' }),
];
const log = (): string => join(folderWith({ 'audit.jsonl': `${LOG.join('\n')}\n` }), 'audit.jsonl');

describe('sallyport usage', () => {
  it('prints a table that a person can read, with the whole below it', async () => {
    const { code, stdout } = await usage(log());
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'caller  tool         calls  refused  failed  sent   got           server ms             gate ms',
      'me      read_file        2        1       0  3 kB  40 B           2 / 2 / 2         0.5 / 1 / 1',
      String.raw`me      =a\u{202e}b      1        0       0     -     -  1200 / 1200 / 1200  0.25 / 0.25 / 0.25`,
      'in all                   3        1       0  3 kB  40 B     2 / 1200 / 1200         0.5 / 1 / 1',
      '',
      '2026-11-21T10:00:00.000Z to 2026-11-21T11:02:00.000Z. Milliseconds: half of the calls, 95 and 99 in a hundred took no longer.',
      '',
    ]);
  });

  it('counts what is asked for, by time', async () => {
    const { stdout } = await usage(log(), '--all', '-o', 'csv', '--by', 'time');
    const [head, first, second] = stdout.split('\r\n').map((line) => line.split(',').slice(0, 4));
    expect([head, first, second]).toEqual([
      ['time', 'calls', 'refused', 'failed'],
      ['2026-11-21T10:00:00.000Z', '2', '1', '0'],
      ['2026-11-21T11:00:00.000Z', '2', '0', '0'],
    ]);
  });

  it('prints for programs, and for spreadsheets without a formula', async () => {
    const { stdout } = await usage(log(), '--until', '2026-11-21T11:00', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      by: ['principal', 'tool'],
      rows: [{ principal: 'me', tool: 'read_file', calls: 2, refused: 1, requestBytes: 3000 }],
      total: { calls: 2, last: '2026-11-21T10:01:00.000Z' },
    });
    expect((await usage(log(), '-o', 'csv', '--by', 'tool')).stdout).toContain(String.raw`'=a\u{202e}b,1`);
  });

  it('says that there is nothing', async () => {
    expect((await usage(log(), '--principal', 'nobody')).stdout).toBe('No call is in these files.\n');
  });

  it('refuses a window that is none', async () => {
    const { code, stderr } = await usage(log(), '--every', 'hour');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--every hour is no window of time; write a duration')]);
  });
});

describe('without files', () => {
  it('all gates of this machine are meant', () => {
    const state = folderWith({});
    for (const name of ['files', 'mail']) mkdirSync(join(state, 'default', name), { recursive: true });
    writeFileSync(join(state, 'default', 'files', 'audit.jsonl'), '');
    expect(localLogs(state)).toEqual([join(state, 'default', 'files')]);
  });

  it('that there are none is said', () => {
    expect(() => localLogs('/nowhere')).toThrow('no gate of this machine has kept a log in /nowhere');
  });
});
