import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  existsSync,
  write as fsWrite,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DecisionInput } from '../../core/audit/record.ts';
import { parseNote, verifyNote } from '../../core/audit/note/signed-note.ts';
import { KEY, OTHER_KEY } from '../../core/audit/testing/signed-stream.ts';
import { verifyChunks } from '../../core/audit/verify-chunks.ts';
import { AuditLog, type AuditLogOptions, type AuditState } from './log.ts';
import { readAuditLimits } from './limits.ts';
import { loadOrCreateKey } from './digest-key.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-log-'));
  file = join(folder, 'deep', 'audit.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(over: Partial<AuditLogOptions> = {}): AuditLog {
  const clock = { now: () => 0, monotonic: () => 0 };
  return AuditLog.open({ file, stream: 's', server: 'default/files', clock, gatherMs: 5, ...over });
}

function call(tool = 'read'): DecisionInput {
  return {
    decision: { effect: 'Allow', mode: 'Enforce', reason: 'allowed', revision: null, rules: [] },
    latency: { sallyportMs: 1 },
    method: 'tools/call',
    outcome: 'forwarded',
    principal: null,
    time: 0,
    tool,
    traceId: 't',
  };
}

const verified = (path = file) => verifyChunks([readFileSync(path)]);

test('what is appended is a whole stream, in files nobody else reads', async () => {
  const log = open();
  for (let i = 0; i < 1000; i += 1) log.append(call(`tool-${i}`));
  await log.close();
  expect(await verified()).toMatchObject({ ok: true, records: 1002, warnings: [], head: log.head });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  expect(existsSync(`${file}.lock`)).toBe(false);
});

test('a second run is linked to the first', async () => {
  for (const stream of ['one', 'two']) await open({ stream }).close();
  expect(await verified()).toMatchObject({ ok: true, streams: 2, records: 4 });
});

test('a torn last line gets its newline and is linked to', async () => {
  await open({ stream: 'one' }).close();
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"decision":{"tor${'n'.repeat(200_000)}`);
  await open({ stream: 'two' }).close();
  const report = await verified();
  expect(report).toMatchObject({ ok: true, streams: 2 });
  expect(report.warnings.map(({ code }) => code)).toEqual(['torn-line']);
});

test('closing twice is closing once; appending afterwards is a bug', async () => {
  const log = open();
  await Promise.all([log.close(), log.close()]);
  expect(() => log.append(call())).toThrow('closed');
  expect(await verified()).toMatchObject({ ok: true, records: 2 });
});

function lockedBy(pid: string): void {
  mkdirSync(join(folder, 'deep'));
  writeFileSync(`${file}.lock`, pid);
}

describe('the lock', () => {
  test('of a living process sends the log to a file of its own', async () => {
    lockedBy(`${process.ppid}\n`);
    const log = open();
    expect(log.file).toBe(join(folder, 'deep', `audit.${process.pid}.jsonl`));
    await log.close();
    expect(await verified(log.file)).toMatchObject({ ok: true });
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe(`${process.ppid}\n`);
  });

  test('of another log in this process does too', async () => {
    const [first, second] = [open(), open()];
    expect(first.file).toBe(file);
    expect(second.file).not.toBe(file);
    expect(() => open()).toThrow('in use');
    await Promise.all([first.close(), second.close()]);
  });

  for (const [name, pid] of [
    ['of a dead process is stale', '4194400'],
    ['with the id this process got again after a restart is stale', `${process.pid}`],
    ['without an owner is stale', ''],
  ] as const) {
    test(name, async () => {
      lockedBy(pid);
      const log = open();
      expect(log.file).toBe(file);
      await log.close();
    });
  }
});

describe('when the disk fails', () => {
  const noSpace = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

  test('the state is failed until the same bytes are written', async () => {
    let full = true;
    const states: AuditState[] = [];
    const log = open({
      retryMs: 5,
      onState: (state) => states.push(state),
      // Half of it fits, as on a real disk.
      write: (fd, buffer, offset, length, done) => {
        if (!full || offset === 0) fsWrite(fd, buffer, offset, full ? Math.ceil(length / 2) : length, null, done);
        else setImmediate(done, noSpace, 0);
      },
    });
    await vi.waitFor(() => expect(log.state).toBe('failed'));
    log.append(call());
    full = false;
    await vi.waitFor(() => expect(log.state).toBe('ok'));
    await log.close();
    expect(states).toEqual(['failed', 'ok']);
    expect(await verified()).toMatchObject({ ok: true, records: 3 });
  });

  test('closing tries once more, then says so and lets go of the lock', async () => {
    const log = open({ write: (_fd, _buffer, _offset, _length, done) => void setImmediate(done, noSpace, 0) });
    await sleep(5);
    await expect(log.close()).rejects.toThrow('no space');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('a slow one makes the log fall behind, and catch up', async () => {
    const states: AuditState[] = [];
    let slow = true;
    let held: (() => void) | undefined;
    const log = open({
      maxQueuedBytes: 2000,
      onState: (state) => states.push(state),
      write: (fd, buffer, offset, length, done) => {
        const go = (): void => fsWrite(fd, buffer, offset, length, null, done);
        if (slow) held = go;
        else go();
      },
    });
    for (let i = 0; i < 20; i += 1) log.append(call());
    expect(log.state).toBe('behind');
    expect(log.queuedBytes).toBeGreaterThan(2000);
    slow = false;
    held?.();
    await log.close();
    expect(states).toEqual(['behind', 'ok']);
    expect(await verified()).toMatchObject({ ok: true, records: 22 });
  });
});

test('what finds no room while nothing can be written is counted, and that is on record once it can', async () => {
  let fails = true;
  const write: AuditLogOptions['write'] = (fd, buffer, offset, length, done) => {
    if (fails) setImmediate(() => done(Object.assign(new Error('full'), { code: 'ENOSPC' }), 0));
    else fsWrite(fd, buffer, offset, length, null, (error, written) => done(error, written));
  };
  const log = open({ write, retryMs: 5, maxQueuedBytes: 500 });
  for (let i = 0; i < 100; i += 1) log.append(call());
  log.lose('refused');
  expect(log.intend(call())).toBeUndefined();
  await vi.waitFor(() => expect(log.state).toBe('failed'));
  expect(log.queuedBytes).toBeLessThan(5 * 500);
  fails = false;
  await vi.waitFor(() => expect(log.state).toBe('ok'));
  await log.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const records = lines.map((line) => JSON.parse(line) as { event: string; lost?: { count: number; what: string }[] });
  const lost = records.find(({ event }) => event === 'lost')?.lost;
  const kept = records.filter(({ event }) => event === 'decision').length;
  expect(lost).toEqual([
    { count: 100 - kept, what: 'decision' },
    { count: 1, what: 'refused' },
    { count: 1, what: 'note' },
  ]);
  expect(await verified()).toMatchObject({ ok: true });
});

test('the first line says what writes, the last one why it ends', async () => {
  const facts = { config: 'sha256:1', host: 'pod-1', pid: 7, version: '1.2.3' };
  const log = open({ facts });
  await log.close('SIGTERM');
  const [first = '', last = ''] = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(JSON.parse(first)).toMatchObject({ event: 'open', gate: facts });
  expect(JSON.parse(last)).toMatchObject({ event: 'close', ending: { reason: 'SIGTERM', uptimeMs: 0 } });
});

test('a gate with a key signs what it has written, and its end', async () => {
  const log = open({ signer: KEY, checkpointMs: 20 });
  log.append(call());
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('"event":"checkpoint"'));
  log.append(call());
  await log.close();
  const report = await verifyChunks([readFileSync(file)], { keys: [KEY.verifier] });
  expect(report).toMatchObject({ ok: true, warnings: [], proof: { signed: 4, unsigned: 0 } });
  expect(readFileSync(file, 'utf8').split('\n')[0]).toContain(`"key":"${KEY.verifier.text}"`);
});

test('another key is announced in a line that the one before signs', async () => {
  const log = open({ signer: KEY, checkpointMs: 10 });
  log.append(call());
  log.signWith(OTHER_KEY);
  log.signWith(OTHER_KEY);
  log.append(call());
  await log.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const seen = lines.map((line) => {
    const { event, key, checkpoint } = JSON.parse(line) as { event: string; key?: string; checkpoint?: string };
    const signer = [KEY, OTHER_KEY].find(({ verifier }) => {
      const note = checkpoint === undefined ? undefined : parseNote(checkpoint);
      return note !== undefined && typeof verifyNote(note, [verifier]) !== 'string';
    });
    return [event, key ?? signer?.verifier.text];
  });
  const [first, second] = [KEY.verifier.text, OTHER_KEY.verifier.text];
  expect(seen).toEqual([
    ['open', first],
    ['decision', undefined],
    ['key', second],
    ['checkpoint', first],
    ['decision', undefined],
    ['checkpoint', second],
    ['close', undefined],
  ]);
});

describe('the clock is set back', () => {
  test('by an hour: lines stay in order, nothing is begun anew, and the place is told', async () => {
    let now = Date.parse('2026-11-21T10:00:00Z');
    const clock = { now: () => now, monotonic: () => 0 };
    const log = open({ signer: KEY, clock, lookMs: 5 });
    const append = (): void => log.append({ ...call(), time: now });
    append();
    now -= 3_600_000;
    append();
    // Some looks at the age of the file, which is less than nothing now.
    await sleep(30);
    now += 1000;
    append();
    await log.close();
    const report = await verifyChunks([readFileSync(file)], { keys: [KEY.verifier] });
    expect(report).toMatchObject({ findings: [], files: 1, proof: { unsigned: 0 } });
    expect(report.warnings.map(({ code, line }) => `${line} ${code}`)).toEqual(['3 clock-back']);
  });
});

test('a file that goes on from another can be verified alone', async () => {
  const log = open({ signer: KEY, limits: { ...readAuditLimits({}), fileBytes: 2000 } });
  for (let i = 0; i < 6; i += 1) log.append(call());
  await log.close();
  const report = await verifyChunks([readFileSync(file)], { keys: [KEY.verifier] });
  expect(report.findings).toEqual([]);
  expect(report.warnings.map(({ code }) => code)).toEqual(['continued']);
  expect(report.proof.signed).toBeGreaterThan(0);
});

describe('the digest key', () => {
  test('is made once and kept', () => {
    const path = join(folder, 'keys', 'digest.key');
    const key = loadOrCreateKey(path);
    expect(key).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(loadOrCreateKey(path).equals(key)).toBe(true);
  });

  test('is not made anew over something else', () => {
    const path = join(folder, 'digest.key');
    writeFileSync(path, 'short');
    expect(() => loadOrCreateKey(path)).toThrow('no digest key');
  });
});
