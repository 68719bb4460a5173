import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTrafficLine } from '../../core/traffic/read-line.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { NotedAnswer, NotedCall } from './tap.ts';
import { TrafficLog, type TrafficLogOptions } from './traffic-log.ts';

const HOUR = 3_600_000;

function open(options: Partial<TrafficLogOptions> = {}) {
  const clock = new FakeClock();
  const ends: string[] = [];
  const file = options.file ?? join(temporaryFolder(), 'more', 'traffic.jsonl');
  const log = new TrafficLog({
    ...{ file, server: 'default/ledger', until: clock.now() + HOUR, maxBytes: 1_048_576, full: [], clock },
    ...{
      key: Buffer.alloc(32),
      onEnd: (why: string, error?: Error) => ends.push(error === undefined ? why : `${why}: ${error.message}`),
    },
    ...options,
  });
  onTestFinished(() => log.close());
  return { log, file, clock, ends };
}

const written = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

function ended(log: TrafficLog, more: Partial<NotedCall> = {}): NotedCall {
  return {
    noted: log.begin('read_file', { path: '/data/x.txt', note: 'Dear Ada' }),
    ...{
      time: '2026-01-31T08:00:00.000Z',
      principal: { kind: 'token', name: 'ada', groups: [] },
      session: 'session-id',
    },
    ...{
      method: 'tools/call',
      kind: 'tool',
      name: 'read_file',
      effect: 'Allow',
      rules: [],
      outcome: 'answered',
      reason: 'forwarded',
    },
    bytes: { request: 1, answer: 1 },
    ...more,
  };
}
const answer = (result: unknown, more: Partial<NotedAnswer> = {}): NotedAnswer => ({
  ...{ result: () => result, error: () => undefined, failed: false, bytes: 10 },
  ...more,
});

it('writes what whoever reads it takes, for its owner alone, and nothing that was said', async () => {
  const { log, file } = open();
  log.listed([{ name: 'read_file', inputSchema: { properties: { note: { enum: ['Dear Ada'] } } } }, 'odd']);
  const call = ended(log);
  log.answered(call.noted, answer({ content: [{ type: 'text', text: 'mail ada@sallyport.dev' }] }));
  log.ended(call);
  await log.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  for (const line of text.trimEnd().split('\n')) expect(readTrafficLine(line)).toHaveProperty('line');
  expect(text).not.toMatch(/x\.txt|session-id|ada@/);
  expect(written(file)).toMatchObject([
    { traffic: 1, server: 'default/ledger', full: [] },
    { tool: { name: 'read_file' } },
    {
      call: 1,
      session: expect.stringMatching(/^[0-9a-f]{16}$/),
      // The schema says that it is one of some words.
      arguments: { members: { path: { under: '/data' }, note: { is: 'value', value: 'Dear Ada' } } },
      result: { blocks: ['text'], found: ['email'] },
    },
    { end: 'closed', lost: 0 },
  ]);
});

it('an answer that comes behind the record of its call is a line of its own, and counts once', async () => {
  const { log, file } = open();
  const call = ended(log);
  log.ended(call);
  log.answered(call.noted, answer({ content: [] }));
  log.answered(call.noted, answer({ content: [] }));
  const failed = ended(log);
  log.answered(failed.noted, answer(undefined, { failed: true, error: () => -32_602 }));
  const large = ended(log);
  log.answered(large.noted, answer(undefined, { bytes: 1_000_000, result: () => expect.fail('it is not read') }));
  for (const one of [failed, large]) log.ended(one);
  await log.close();
  expect(written(file).slice(1, -1)).toMatchObject([
    { call: 1 },
    { answered: 1, result: { count: 0 } },
    { call: 2, result: { isError: true, error: -32_602 } },
    { call: 3, result: { found: ['not-looked-at'], bytes: 1_000_000 } },
  ]);
});

it('what a server lists is written once, and again where it is other', async () => {
  const { log, file } = open();
  for (const description of ['a', 'a', 'b']) log.listed([{ name: 'read_file', description }]);
  log.listed('no list');
  await log.close();
  expect(
    written(file)
      .slice(1, -1)
      .map(({ tool }) => tool),
  ).toEqual([
    { name: 'read_file', description: 'a' },
    { name: 'read_file', description: 'b' },
  ]);
});

it('remembers no more schemas than a server may fill the memory with', () => {
  const { log } = open({ maxBytes: 1024 ** 3 });
  const list = (name: string, more: number): void => {
    const others = Array.from({ length: more }, (_, i) => [`${i}-`.padEnd(200, 'q'), {}]);
    const properties = { note: { enum: ['Dear Ada'] }, ...Object.fromEntries(others) };
    log.listed([{ name, inputSchema: { properties } }]);
  };
  const isKnown = (name: string): boolean =>
    JSON.stringify(log.begin(name, { note: 'Dear Ada' }).shape).includes('"value"');
  list('first', 400);
  for (let i = 0; i < 120; i++) list(`t${i}`, 400);
  expect(['first', 't0', 't119'].map(isKnown)).toEqual([true, true, false]);
});

it('remembers no schema that is too long to be written', () => {
  const { log } = open();
  const wide = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}`, { enum: ['q'.repeat(200), i] }]));
  const schema = { anyOf: Array.from({ length: 5 }, () => wide), properties: { note: { enum: ['Dear Ada'] } } };
  log.listed([{ name: 'long', inputSchema: schema }]);
  expect(log.begin('long', { note: 'Dear Ada' }).shape).not.toMatchObject({ members: { note: { is: 'value' } } });
});

describe('it ends by itself', () => {
  it('when its time is over', async () => {
    const { log, file, clock, ends } = open();
    log.ended(ended(log));
    clock.advance(HOUR);
    expect(log.isOn).toBe(false);
    log.ended(ended(log));
    log.listed([{ name: 'a' }]);
    await log.close();
    expect(ends).toEqual(['time']);
    expect(written(file).at(-1)).toMatchObject({ end: 'time' });
    expect(written(file)).toHaveLength(3);
  });

  it('also where nobody calls any more', async () => {
    const clock = new FakeClock();
    const { ends } = open({ clock, until: clock.now() - 1 });
    await expect.poll(() => ends).toEqual(['time']);
  });

  it('when it is as large as it may be, and is no larger', async () => {
    const { log, file, ends } = open({ maxBytes: 4_096 });
    while (log.isOn) log.ended(ended(log));
    await log.close();
    expect(ends).toEqual(['size']);
    expect(statSync(file).size).toBeLessThanOrEqual(4_096);
    expect(written(file).at(-1)).toMatchObject({ end: 'size' });
  });

  it('when it cannot be written', async () => {
    const { log, ends } = open({ file: '/dev/full' });
    log.ended(ended(log));
    await expect.poll(() => ends).toEqual([expect.stringMatching(/^failed: ENOSPC/)]);
    expect(log.isOn).toBe(false);
  });
});

it('goes on behind what one that was cut off has left', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'traffic.jsonl');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, '{"traffic":1,"half of a li');
  const { log } = open({ file });
  await log.close();
  const [half, head, end] = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect([half, JSON.parse(head ?? ''), JSON.parse(end ?? '')]).toMatchObject([
    '{"traffic":1,"half of a li',
    { traffic: 1 },
    { end: 'closed' },
  ]);
});

it('counts what it cannot write in time, and keeps no more of it', async () => {
  const { log, file } = open({ maxBytes: 1024 ** 3 });
  // Nothing reaches the disk within one turn.
  for (let i = 0; i < 5_000; i++) log.ended(ended(log));
  await log.close();
  const end = written(file).at(-1);
  expect(end).toMatchObject({ end: 'closed' });
  expect(Number(end?.['lost'])).toBeGreaterThan(0);
  expect(statSync(file).size).toBeLessThan(2 * 1024 * 1024);
});

it('throws where the file cannot be had', () => {
  expect(() => open({ file: '/proc/traffic.jsonl' })).toThrow();
});
