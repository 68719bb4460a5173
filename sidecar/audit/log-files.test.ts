import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DecisionInput } from '../../core/audit/record.ts';
import type { VerifierKey } from '../../core/audit/note/note-keys.ts';
import type { Report } from '../../core/audit/report.ts';
import { KEY } from '../../core/audit/testing/signed-stream.ts';
import { verifyFiles } from '../../core/audit/verify-files.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { AuditLog, type AuditLogOptions, type AuditState } from './log.ts';
import { auditFilesIn, describeAuditFile } from './read-files.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-files-'));
  file = join(folder, 'audit.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = { fileBytes: 2000, fileAgeMs: 3_600_000, totalBytes: 1_000_000, keepMs: undefined };

function open(over: Partial<AuditLogOptions> = {}): AuditLog {
  return AuditLog.open({
    file,
    stream: 's',
    server: 'default/files',
    clock: SYSTEM_CLOCK,
    limits: SMALL,
    lookMs: 20,
    gatherMs: 5,
    ...over,
  });
}

function call(tool = 'read'): DecisionInput {
  return {
    decision: { effect: 'Allow', mode: 'Enforce', reason: 'allowed', revision: null, rules: [] },
    latency: { sallyportMs: 1 },
    method: 'tools/call',
    outcome: 'answered',
    principal: null,
    time: Date.now(),
    tool,
    traceId: 't',
  };
}

async function verified(keys?: readonly VerifierKey[]): Promise<Report> {
  const files = await Promise.all(auditFilesIn(folder).map((path) => describeAuditFile(path)));
  return verifyFiles(
    files.filter((described) => described !== undefined),
    { keys },
  );
}

const warned = (report: Report): string[] => report.warnings.map(({ code }) => code);
const found = (report: Report): string[] =>
  report.findings.map(({ file: name, line, code }) => `${name}:${line} ${code}`);
const events = (path = file): string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event: string }).event);
const firstLine = (path = file): unknown => JSON.parse(readFileSync(path, 'utf8').split('\n', 1)[0] ?? '');

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

/** Gives up after five seconds; the assertions behind it say what was missing. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await sleep(10);
}

describe('a full file', () => {
  test('is followed by another that is linked to it, and together they are one log', async () => {
    const log = open();
    for (let i = 0; i < 50; i++) log.append(call(`tool-${i}`));
    await log.close();
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(5);
    expect(names).toContain('audit-000001.jsonl');
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThan(3000);
    expect(firstLine()).toMatchObject({ event: 'continue', continues: { reason: 'size' } });
    expect(await verified()).toMatchObject({ ok: true, streams: 1, findings: [], warnings: [], head: log.head });
  });

  test('is one also when its first line is old', async () => {
    const log = open({ limits: { ...SMALL, fileAgeMs: 30 } });
    log.append(call());
    await until(() => existsSync(join(folder, 'audit-000001.jsonl')));
    await sleep(100);
    expect(events(join(folder, 'audit-000001.jsonl'))).toEqual(['open', 'decision']);
    // One with nothing but its beginning is left alone, however old.
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toHaveLength(2);
    await log.close();
    expect(await verified()).toMatchObject({ ok: true, warnings: [] });
  });

  test('goes on being numbered after a restart', async () => {
    for (const stream of ['one', 'two']) {
      const log = open({ stream });
      for (let i = 0; i < 10; i++) log.append(call());
      await log.close();
    }
    expect(await verified()).toMatchObject({ ok: true, streams: 2, warnings: [] });
  });

  test('that a gate left when it was killed is what the next one goes on from', async () => {
    const log = open({ stream: 'one' });
    log.append(call());
    await log.close();
    // Killed between the name for the full file and the file after it.
    renameSync(file, join(folder, 'audit-000007.jsonl'));
    await open({ stream: 'two' }).close();
    expect(firstLine()).toMatchObject({ event: 'open', continues: { file: 'audit-000007.jsonl', reason: 'start' } });
    expect(await verified()).toMatchObject({ ok: true, files: 2, streams: 2, warnings: [] });
  });
});

describe('the whole', () => {
  const limits = { ...SMALL, totalBytes: 20_000 };

  test('stays within its bound, and what was let go is on record', async () => {
    const log = open({ limits });
    for (let i = 0; i < 300; i++) {
      log.append(call());
      if (i % 10 === 0) await sleep(5);
    }
    const total = (): number => readdirSync(folder).reduce((sum, name) => sum + (sizeOf(join(folder, name)) ?? 0), 0);
    await until(() => log.queuedBytes === 0 && total() <= limits.totalBytes);
    await log.close();
    expect(total()).toBeLessThanOrEqual(limits.totalBytes);
    expect(total()).toBeGreaterThan(limits.totalBytes / 2);
    expect(existsSync(join(folder, 'audit-000001.jsonl'))).toBe(false);
    const report = await verified();
    expect(report).toMatchObject({ ok: true, findings: [] });
    expect(warned(report)).toEqual(['released-files']);
  });

  test('what was let go is signed before it is gone', async () => {
    const log = open({ limits, signer: KEY });
    for (let i = 0; i < 60; i++) log.append(call());
    const isThere = (number: number): boolean => existsSync(join(folder, `audit-00000${number}.jsonl`));
    await until(() => isThere(4) && !isThere(1) && log.queuedBytes === 0);
    await sleep(100);
    // As it would be, were the gate killed now: long before a checkpoint is due.
    const files = await Promise.all(auditFilesIn(folder).map((path) => describeAuditFile(path)));
    const report = await verifyFiles(
      files.filter((described) => described !== undefined),
      { keys: [KEY.verifier] },
    );
    await log.close();
    expect(found(report)).toEqual([]);
    expect(warned(report)).toContain('released-files');
  });

  test('a file that somebody else took away is a finding', async () => {
    const log = open({ limits });
    for (let i = 0; i < 50; i++) log.append(call());
    await log.close();
    rmSync(join(folder, 'audit-000001.jsonl'));
    rmSync(join(folder, 'audit-000003.jsonl'));
    expect(found(await verified())).toEqual([
      'audit-000002.jsonl:1 missing-files',
      'audit-000004.jsonl:1 missing-files',
    ]);
  });

  test('has a bound on age as well', async () => {
    const log = open({ limits: { ...SMALL, keepMs: 1000 } });
    for (let i = 0; i < 8; i++) log.append(call());
    await log.close();
    const old = join(folder, 'audit-000001.jsonl');
    utimesSync(old, new Date(0), new Date(0));
    const next = open({ limits: { ...SMALL, keepMs: 1000 } });
    await until(() => !existsSync(old));
    await next.close();
    expect(existsSync(old)).toBe(false);
    expect(warned(await verified())).toContain('released-files');
  });

  test('counts what second gates have left, and lets a living one alone', async () => {
    const log = open({ limits });
    const left = join(folder, 'audit.4194300.jsonl');
    const living = join(folder, `audit.${process.ppid}.jsonl`);
    for (const path of [left, living]) writeFileSync(path, `${'x'.repeat(18_500)}\n`);
    writeFileSync(`${living}.lock`, `${process.ppid}\n`);
    for (let i = 0; i < 8; i++) log.append(call());
    await until(() => !existsSync(left));
    await log.close();
    expect(existsSync(left)).toBe(false);
    expect(existsSync(living)).toBe(true);
    rmSync(living);
    expect(await verified()).toMatchObject({ ok: true });
  });

  test('is let go file by file: a name that leads nowhere ends neither that nor the process', async () => {
    let now = 0;
    const log = open({ limits, clock: { now: () => now, monotonic: () => now } });
    const loop = join(folder, 'audit-000099.jsonl');
    symlinkSync(loop, loop);
    const left = join(folder, 'audit.4194300.jsonl');
    writeFileSync(left, `${'x'.repeat(18_500)}\n`);
    now = 61_000;
    await until(() => !existsSync(left));
    expect(existsSync(left)).toBe(false);
    await log.close();
  });

  test('is looked at again later when the folder cannot be listed: no timer throws', async () => {
    let now = 0;
    const log = open({ limits, clock: { now: () => now, monotonic: () => now } });
    const aside = `${folder}-aside`;
    // In place of the folder a file: what a look at it throws is no ENOENT.
    renameSync(folder, aside);
    writeFileSync(folder, '');
    now = 61_000;
    await sleep(60);
    rmSync(folder);
    renameSync(aside, folder);
    await until(() => log.state === 'ok');
    await log.close();
    expect(await verified()).toMatchObject({ ok: true });
  });
});

describe('a file that while it is written to', () => {
  let states: string[];
  let log: AuditLog;
  beforeEach(async () => {
    // The log of the test before may have something to say yet.
    const own: string[] = [];
    states = own;
    const onState = (state: AuditState, error?: Error): void => {
      own.push(error === undefined ? state : `${state}: ${error.message}`);
    };
    log = open({ onState, limits: { ...SMALL, fileBytes: 1_000_000 } });
    log.append(call('before'));
    await until(() => log.queuedBytes === 0);
    // Long enough for it to be seen at its path, with all that is in it.
    await sleep(150);
  });

  test('is moved is followed by a new one at its path, and nothing is lost', async () => {
    renameSync(file, join(folder, 'audit.jsonl.1'));
    log.append(call('meanwhile'));
    await until(() => states.length >= 2);
    expect(states).toEqual([expect.stringMatching(/^failed: .* was moved while it was written to/), 'ok']);
    log.append(call('after'));
    await log.close();
    expect(events(join(folder, 'audit.jsonl.1'))).toEqual(['open', 'decision', 'decision']);
    expect(events()).toEqual(['continue', 'decision', 'close']);
    // As logrotate does a day later.
    writeFileSync(join(folder, 'audit.jsonl.2.gz'), gzipSync(readFileSync(join(folder, 'audit.jsonl.1'))));
    rmSync(join(folder, 'audit.jsonl.1'));
    expect(await verified()).toMatchObject({ ok: true, files: 2, warnings: [], head: log.head });
  });

  test('is moved is left at once when the gate is told to', async () => {
    expect(await log.reopen()).toBe(false);
    renameSync(file, join(folder, 'audit.jsonl-20261121'));
    writeFileSync(file, '');
    expect(await log.reopen()).toBe(true);
    await log.close();
    expect(await verified()).toMatchObject({ ok: true, files: 2, warnings: [] });
  });

  test('is removed is missed; what was written since it was last seen is not lost with it', async () => {
    rmSync(file);
    log.append(call('after the removal'));
    await until(() => states.length >= 2);
    expect(states).toEqual([expect.stringMatching(/^failed: .* was removed while it was written to/), 'ok']);
    await log.close();
    expect(events()).toEqual(['decision', 'continue', 'close']);
    expect(found(await verified())).toEqual(['audit.jsonl:1 missing-open', 'audit.jsonl:1 missing-beginning']);
  });

  test('is removed with its folder gets a new one, and a new lock', async () => {
    rmSync(folder, { recursive: true });
    await until(() => states.length >= 2);
    expect(states.at(-1)).toBe('ok');
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe(`${process.pid}\n`);
    await log.close();
    expect(events()).toEqual(['continue', 'close']);
  });

  test('is cut, as copytruncate does, is begun anew, and linked to the copy', async () => {
    copyFileSync(file, join(folder, 'audit.jsonl.1'));
    truncateSync(file);
    await until(() => states.length >= 2);
    expect(states).toEqual([expect.stringMatching(/^failed: .* was truncated while it was written to/), 'ok']);
    log.append(call('after'));
    await log.close();
    expect(events()).toEqual(['continue', 'decision', 'close']);
    expect(await verified()).toMatchObject({ ok: true, files: 2, warnings: [], head: log.head });
  });

  test('cannot be begun anew stays missed until it can', async () => {
    rmSync(file);
    mkdirSync(file);
    await until(() => log.state !== 'ok');
    expect(log.state).toBe('failed');
    await sleep(50);
    expect(log.state).toBe('failed');
    rmSync(file, { recursive: true });
    await until(() => log.state === 'ok');
    expect(log.state).toBe('ok');
    await log.close();
  });
});

describe('no log is kept', () => {
  const rows: Record<string, { make?: () => string; says: RegExp }> = {
    'in a folder': { make: () => folder, says: /is a folder|EISDIR/ },
    'in a pipe': {
      make() {
        const path = join(folder, 'pipe');
        execFileSync('mkfifo', [path]);
        return path;
      },
      says: /is a pipe, and lines are kept in a file/,
    },
    'in a device': {
      make() {
        const path = join(folder, 'null');
        symlinkSync('/dev/null', path);
        return path;
      },
      says: /is a device|EACCES|EPERM/,
    },
    'under /proc': { make: () => '/proc/sallyport/audit.jsonl', says: /ENOENT/ },
  };
  test.skipIf(process.platform !== 'linux').each(Object.entries(rows))('%s', (_name, { make, says }) => {
    const path = make?.() ?? '';
    expect(() => open({ file: path })).toThrow(says);
  });
});

test('a file behind a symbolic link is rotated where it lies', async () => {
  mkdirSync(join(folder, 'real'));
  writeFileSync(join(folder, 'real', 'audit.jsonl'), '');
  symlinkSync(join(folder, 'real', 'audit.jsonl'), file);
  const log = open();
  for (let i = 0; i < 8; i++) log.append(call());
  await log.close();
  expect(readdirSync(join(folder, 'real'))).toContain('audit-000001.jsonl');
  expect(readdirSync(folder).toSorted()).toEqual(['audit.jsonl', 'real']);
});

test('a gate that waits for its key lets no file go before, and signs all of them when it comes', async () => {
  const log = open({ limits: { ...SMALL, totalBytes: 8000 }, awaitsSigner: true, checkpointMs: 10 });
  for (let i = 0; i < 50; i++) log.append(call());
  await until(() => log.queuedBytes === 0);
  await sleep(100);
  const names = () => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  expect(names().length).toBeGreaterThan(8);
  expect(names().some((name) => readFileSync(join(folder, name), 'utf8').includes('"event":"checkpoint"'))).toBe(false);
  log.signWith(KEY);
  await log.close();
  expect(await verified([KEY.verifier])).toMatchObject({ ok: true, findings: [], proof: { trusted: true } });
});
