/**
 * What people do to a log, as an auditor meets it: with the keys of the gate and of the witness, and what the witness has handed out. The log
 * is a real gate's; whoever attacks it has all of its files, and where it says so the key that it signs with.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lineHash } from '../../core/audit/chain.ts';
import { checkpointIn } from '../../core/audit/line-checkpoint.ts';
import { checkpointText, originOf } from '../../core/audit/note/checkpoint.ts';
import { cosignatureLine } from '../../core/audit/note/cosignature.ts';
import { cosigningKey } from '../../core/audit/note/note-keys.ts';
import { signNote } from '../../core/audit/note/signed-note.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import type { Report } from '../../core/audit/report.ts';
import { CompactRange, leafHash } from '../../core/audit/tree/compact-range.ts';
import type { DecisionInput } from '../../core/audit/record.ts';
import { AuditLog } from '../../sidecar/audit/log.ts';
import { loadOrCreateSigningKey } from '../../sidecar/audit/signing-key.ts';
import { registerAudit } from '../audit.ts';
import { runHere } from '../testing/run-here.ts';

const SERVER = 'finance/ledger';
const STREAM = 'ledger-7d9f/2026-11-21T10:00:00.000Z';
const WITNESS = cosigningKey('sallyport.dev/witness', Buffer.alloc(32, 3));
const START = Date.parse('2026-11-21T10:00:00Z');

let folder: string;
/** 1 open, 2 to 11 calls, 12 a checkpoint, 13 to 22 calls, 23 a checkpoint, 24 to 33 calls, 34 a checkpoint, 35 the end. */
let lines: string[];
/** What the witness has seen: the first two of the checkpoints. */
let witnessed: string;

function call(time: number, tool = 'pay'): DecisionInput {
  return {
    decision: { effect: 'Allow', mode: 'Enforce', reason: 'forwarded', revision: null, rules: [] },
    latency: { sallyportMs: 1 },
    method: 'tools/call',
    outcome: 'answered',
    principal: { groups: [], kind: 'token', name: 'agent' },
    time,
    tool,
    traceId: 't',
  };
}

async function writeLog(file: string, stream: string): Promise<string[]> {
  let now = START;
  const clock = { now: () => (now += 1000), monotonic: () => 0 };
  const signer = loadOrCreateSigningKey(join(folder, 'audit.key'), `sallyport/${SERVER}`);
  const log = AuditLog.open({ file, stream, server: SERVER, clock, signer, checkpointMs: 30, gatherMs: 1 });
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 10; i += 1) log.append(call((now += 1000)));
    // The last one comes with the end.
    if (round < 2)
      await vi.waitFor(() => expect(readFileSync(file, 'utf8').split('"event":"checkpoint"')).toHaveLength(round + 2));
  }
  await log.close();
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

const noteIn = (line: string): string => parseLine(line).fields?.checkpoint ?? '';

function cosigned(line: string, seconds: number): string {
  const note = noteIn(line);
  return `${note}${cosignatureLine(note.slice(0, note.indexOf('\n\n') + 1), START / 1000 + seconds, WITNESS)}`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attacks-'));
  lines = await writeLog(join(folder, 'original.jsonl'), STREAM);
  witnessed = `${cosigned(lines[11] ?? '', 30)}\n${cosigned(lines[22] ?? '', 60)}`;
  writeFileSync(join(folder, 'witness.pub'), `${WITNESS.verifier.text}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As the thief of the key does it: the record changed, chain and tree computed anew, and each checkpoint signed once more. */
function rewrittenWithTheKey(from: number, change: (record: Record<string, unknown>) => void): string[] {
  const key = loadOrCreateSigningKey(join(folder, 'audit.key'), `sallyport/${SERVER}`);
  const tree = new CompactRange();
  const all: string[] = [];
  for (const [at, line] of lines.entries()) {
    const record = JSON.parse(line) as Record<string, unknown>;
    if (at === from) change(record);
    if (at > 0) record['prev'] = lineHash(all[at - 1] ?? '');
    if (record['event'] === 'checkpoint' && at > from)
      record['checkpoint'] = signNote(checkpointText({ origin: originOf(STREAM), size: at, root: tree.root() }), key);
    all.push(JSON.stringify(record));
    tree.append(leafHash(lineHash(all[at] ?? '')));
  }
  return all;
}

async function audit(
  text: readonly string[],
  list = witnessed,
): Promise<{ report: Report; words: string; code: number }> {
  const [log, seen] = [join(folder, 'audit.jsonl'), join(folder, 'witnessed')];
  writeFileSync(log, `${text.join('\n')}\n`);
  writeFileSync(seen, list);
  const keys = ['--key', join(folder, 'audit.pub'), '--key', join(folder, 'witness.pub'), '--witnessed', seen];
  const told = await runHere(registerAudit, ['audit', 'verify', log, ...keys]);
  const { stdout } = await runHere(registerAudit, ['audit', 'verify', log, ...keys, '-o', 'json']);
  return { report: JSON.parse(stdout) as Report, words: told.stdout, code: told.code };
}

test('what nobody has touched is proven: by the gate to its end, by the witness to what it saw', async () => {
  expect(lines.map((line) => parseLine(line).fields?.event).join(' ')).toMatch(
    /^open( decision){10} checkpoint( decision){10} checkpoint( decision){10} checkpoint close$/,
  );
  expect(checkpointIn(parseLine(lines[22] ?? '').fields ?? { seq: 0, stream: '' })?.checkpoint.size).toBe(22);
  const { report, words, code } = await audit(lines);
  expect(code).toBe(0);
  expect(report).toMatchObject({ findings: [], warnings: [], proof: { signed: 33, witnessed: 22, unsigned: 0 } });
  expect(words).toContain(
    `stream ${STREAM}, records 0 to 34: 0 to 21 existed before 2026-11-21T10:01:00.000Z, as sallyport.dev/witness saw; 0 to 32 signed by sallyport/${SERVER} until 2026-11-21T10:`,
  );
});

const forge = (record: Record<string, unknown>): void => void (record['tool'] = 'forged');

describe('an attack', () => {
  test.each<[string, () => readonly string[], string, RegExp]>([
    [
      'one byte is edited',
      () => lines.with(15, (lines[15] ?? '').replace('"pay"', '"pat"')),
      '16 edited',
      /line 16 was edited/,
    ],
    [
      'two records change places',
      () => lines.with(5, lines[6] ?? '').with(6, lines[5] ?? ''),
      '6 missing-records',
      /out-of-order/,
    ],
    ['a record is taken out', () => lines.toSpliced(8, 1), '9 missing-records', /one record is missing/],
    ['the last ten records are dropped', () => lines.slice(0, 25), '', /unsigned-tail/],
    [
      'more is dropped than the witness allows',
      () => lines.slice(0, 19),
      '19 cut-off',
      /saw 22 lines of it at 2026-11-21T10:01:00\.000Z: 3 records are missing, written from 2026-11-21T10:00:\d\d\.\d{3}Z until then/,
    ],
    [
      'the tail is rewritten with the stolen key, behind what the witness saw',
      () => rewrittenWithTheKey(25, forge),
      '',
      /0 to 21 existed before 2026-11-21T10:01:00\.000Z/,
    ],
    [
      'a record is rewritten with the stolen key, before what the witness saw',
      () => rewrittenWithTheKey(15, forge),
      '22 rewritten',
      /Its first 11 lines are as they were .* What is here instead is signed with the gate's key: whoever has written it had that key/,
    ],
    [
      'lines are added in the name of the gate',
      () => [...lines.slice(0, 34), ...addedBehind(lines.slice(0, 34), 90)],
      '124 unsigned-lines',
      /none with this key has written them/,
    ],
    ['the beginning is taken away', () => lines.slice(3), '32 rewritten', /missing-beginning/],
  ])('%s', async (_, attack, first, words) => {
    const { report, words: text, code } = await audit(attack());
    const [finding] = report.findings;
    expect(finding === undefined ? '' : `${finding.line} ${finding.code}`).toBe(first);
    expect(code).toBe(first === '' ? 0 : 1);
    expect(text).toMatch(words);
  });

  test('two streams are mixed into one file', async () => {
    const other = await writeLog(join(folder, 'other.jsonl'), 'ledger-9xyz/2026-11-21T10:00:00.000Z');
    const { report } = await audit(lines.flatMap((line, at) => [line, other[at] ?? '']));
    const codes = new Set(report.findings.map(({ code }) => code));
    expect([...codes]).toEqual(expect.arrayContaining(['unlinked-stream', 'missing-open', 'edited']));
    expect(report.proof).toMatchObject({ signed: 0, witnessed: 0 });
  });

  test('a pod is deleted with its log', async () => {
    const other = await writeLog(join(folder, 'second.jsonl'), 'ledger-2abc/2026-11-21T11:00:00.000Z');
    const { report, code } = await audit(other);
    expect(code).toBe(1);
    expect(report.findings).toMatchObject([{ code: 'stream-missing' }]);
    expect(report.findings[0]?.message).toContain(
      `No line is here of sallyport/${STREAM}, of which sallyport.dev/witness saw 22`,
    );
  });

  test('the clock is set back', async () => {
    const { report } = await audit(
      rewrittenWithTheKey(28, (record) => void (record['time'] = '2026-11-21T09:00:00.000Z')),
    );
    expect(report.findings).toEqual([]);
    expect(report.warnings.map(({ line, code }) => `${line} ${code}`)).toEqual(['29 clock-back']);
  });
});

/** As many as somebody likes, linked as they should be, a second each. */
function addedBehind(before: readonly string[], count: number): string[] {
  const all = [...before];
  const model = JSON.parse(before.findLast((line) => line.includes('"decision"')) ?? '') as Record<string, unknown>;
  for (let i = 0; i < count; i += 1) {
    const time = new Date(START + 3_600_000 + i * 1000).toISOString();
    all.push(JSON.stringify({ ...model, prev: lineHash(all.at(-1) ?? ''), seq: all.length, time }));
  }
  return all.slice(before.length);
}
