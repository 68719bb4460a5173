/** What is durable when: with a disk whose syncs the test lets through one by one; the writes are real. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditState, LineWriter } from './line-writer.ts';
import { OpenFile } from './open-file.ts';

let folder: string;
let states: AuditState[];
let syncs: { file: OpenFile; done: (error: NodeJS.ErrnoException | null) => void }[];
let writer: LineWriter;
const events: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-writer-'));
  [states, syncs] = [[], []];
  events.length = 0;
  writer = new LineWriter(new OpenFile(join(folder, 'a')), {
    maxQueuedBytes: 1_000_000,
    retryMs: 5,
    gatherMs: 5,
    onState: (state) => states.push(state),
    write: undefined,
    sync: (file, done) => syncs.push({ file, done }),
  });
});
afterEach(async () => {
  const drained = writer.drained();
  await until(() => syncs.length > 0);
  for (const { done } of syncs.splice(0)) done(null);
  await drained.catch(() => {});
  writer.file.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await sleep(2);
}

function push(line: string): void {
  writer.push(line, line.length);
}

function wait(name: string): void {
  writer.whenDurable((error) => events.push(error === undefined ? name : `${name}: ${error.message}`));
}

test('many who wait share one sync, and those who come while it runs share the next', async () => {
  for (let i = 0; i < 100; i++) {
    push(`first ${i}\n`);
    wait(`first ${i}`);
  }
  await until(() => syncs.length === 1);
  for (let i = 0; i < 100; i++) {
    push(`second ${i}\n`);
    wait(`second ${i}`);
  }
  await until(() => writer.queuedBytes === 0);
  expect(events).toEqual([]);
  expect(syncs).toHaveLength(1);
  syncs[0]?.done(null);
  expect(events).toHaveLength(100);
  await until(() => syncs.length === 2);
  syncs[1]?.done(null);
  expect(events).toHaveLength(200);
  expect(events.at(-1)).toBe('second 99');
  syncs.splice(0);
});

test('nobody is told before the line is written', async () => {
  push('line\n');
  wait('one');
  await until(() => syncs.length === 1);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('line\n');
  expect(events).toEqual([]);
  syncs.splice(0)[0]?.done(null);
  expect(events).toEqual(['one']);
});

test('a sync that fails is told to those who wait, and nothing counts as recorded until one succeeds', async () => {
  push('line\n');
  wait('one');
  await until(() => syncs.length === 1);
  syncs.splice(0)[0]?.done(Object.assign(new Error('I/O error'), { code: 'EIO' }));
  expect(events).toEqual(['one: I/O error']);
  expect(writer.state).toBe('failed');
  await until(() => syncs.length === 1);
  syncs.splice(0)[0]?.done(null);
  expect(states).toEqual(['failed', 'ok']);
});

test('who waits for a line in a file that is full is told when both that file and the next one are on the disk', async () => {
  push('in a\n');
  writer.switchTo(() => new OpenFile(join(folder, 'b')));
  push('in b\n');
  // Asked after the switch, and so for both.
  wait('both');
  await until(() => writer.queuedBytes === 0);
  expect(syncs.map(({ file }) => file.path)).toEqual([join(folder, 'a')]);
  syncs.splice(0)[0]?.done(null);
  expect(events).toEqual([]);
  await until(() => syncs.length === 1);
  expect(syncs[0]?.file.path).toBe(join(folder, 'b'));
  syncs.splice(0)[0]?.done(null);
  expect(events).toEqual(['both']);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('in a\n');
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('in b\n');
});

test('a file that cannot be begun is tried again, and its lines stay in order', async () => {
  let attempts = 0;
  push('in a\n');
  writer.switchTo(() => {
    attempts += 1;
    if (attempts < 3) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return new OpenFile(join(folder, 'b'));
  });
  push('in b\n');
  await until(() => writer.queuedBytes === 0);
  expect(attempts).toBe(3);
  expect(states).toEqual(['failed', 'ok']);
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('in b\n');
});
