import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chain, lineHash } from './chain.ts';
import { closeRecord, openRecord } from './gate-record.ts';
import { decisionRecord } from './record.ts';
import { verifyChunks } from './verify-chunks.ts';
import type { Report } from './report.ts';
import { Verifier, type VerifyOptions } from './verify.ts';

/** A stream of `calls` decisions; lines are numbered from 1: open, the calls, close. */
function stream(name: string, calls: number, head?: string, closed = true): string[] {
  const chain = new Chain({ stream: name, server: 'ns/n', head: head === undefined ? undefined : { hash: head } });
  const lines = [chain.append(openRecord(0))];
  for (let i = 0; i < calls; i += 1) lines.push(chain.append(call(i)));
  if (closed) lines.push(chain.append(closeRecord(1000)));
  return lines;
}

function call(i: number) {
  return decisionRecord({
    decision: { effect: 'Allow', mode: 'Enforce', reason: 'allowed', revision: null, rules: [] },
    latency: { sallyportMs: 1 },
    method: 'tools/call',
    outcome: 'forwarded',
    principal: { groups: [], kind: 'token', name: 'ann' },
    time: i,
    tool: `tool-${i}`,
    traceId: 't',
  });
}

function verify(lines: readonly (string | Uint8Array)[], options?: VerifyOptions, rest?: string): Report {
  const verifier = new Verifier(options);
  for (const line of lines) verifier.push(line);
  return verifier.finish(rest);
}

const head = (lines: readonly string[]): string => lineHash(lines.at(-1) ?? '');
const found = (report: Report): string[] => report.findings.map(({ line, code }) => `${line} ${code}`);
const warned = (report: Report): string[] => report.warnings.map(({ line, code }) => `${line} ${code}`);

test('a whole file is fine', () => {
  const one = stream('one', 3);
  const lines = [...one, ...stream('two', 2, head(one))];
  expect(verify(lines)).toMatchObject({
    ok: true,
    files: 1,
    lines: 9,
    records: 9,
    streams: 2,
    findings: [],
    warnings: [],
    omitted: 0,
    head: head(lines),
    expectedHeadLine: null,
    firstTime: '1970-01-01T00:00:00.000Z',
    lastTime: '1970-01-01T00:00:01.000Z',
    proof: {
      signed: 0,
      witnessed: 0,
      unsigned: 7,
      keys: [],
      trusted: false,
      upTo: null,
      streams: [
        { stream: 'one', first: 0, last: 4, signed: null, witnessed: null, unsigned: { records: 4 } },
        { stream: 'two', first: 0, last: 3, signed: null, witnessed: null, unsigned: { records: 3 } },
      ],
    },
  });
});

function edit(index: number, from: string, to: string): (lines: string[]) => string[] {
  return (lines) => lines.map((line, i) => (i === index ? line.replace(from, to) : line));
}

describe('damage to one line', () => {
  const rows: Record<string, { damage: (lines: string[]) => (string | Uint8Array)[]; finds: string[] }> = {
    'an edited line is named, though the next one shows it': {
      damage: edit(2, 'tool-1', 'tool-9'),
      finds: ['3 edited'],
    },
    'an edited open record': { damage: edit(0, '.000Z', '.001Z'), finds: ['1 edited'] },
    'a removed line': { damage: (l) => l.toSpliced(2, 1), finds: ['3 missing-records'] },
    'a removed beginning': { damage: (l) => l.slice(1), finds: ['1 missing-open', '1 missing-beginning'] },
    'two lines swapped': {
      damage: ([a, b, c, ...more]) => [a ?? '', c ?? '', b ?? '', ...more],
      finds: ['2 missing-records', '3 out-of-order'],
    },
    'a line twice': { damage: (l) => l.toSpliced(2, 0, l[2] ?? ''), finds: ['4 duplicate'] },
    'an earlier line again': { damage: (l) => l.toSpliced(3, 0, l[1] ?? ''), finds: ['4 out-of-order'] },
    'a line with blanks': { damage: edit(2, '{', '{ '), finds: ['3 not-canonical', '3 edited'] },
    'carriage returns': { damage: (l) => l.with(2, `${l[2]}\r`), finds: ['3 not-canonical', '3 edited'] },
    'broken JSON': { damage: (l) => l.with(2, (l[2] ?? '').slice(0, 40)), finds: ['3 broken-json'] },
    'an empty line': { damage: (l) => l.toSpliced(2, 0, ''), finds: ['3 broken-json'] },
    'bytes that are no UTF-8': {
      damage: (l) => (l as (string | Uint8Array)[]).with(2, Buffer.from([0xff])),
      finds: ['3 broken-json'],
    },
    'another JSON value': { damage: (l) => l.with(2, '[1]'), finds: ['3 bad-schema'] },
    'a nest too deep for the stack': {
      damage: (l) => l.with(2, '['.repeat(50_000) + ']'.repeat(50_000)),
      finds: ['3 broken-json'],
    },
    'an unknown version': { damage: edit(2, '"v":2', '"v":3'), finds: ['3 unknown-version', '3 edited'] },
    'a record after the close': {
      damage: (l) => {
        const chain = new Chain({ stream: 'one', server: 'ns/n' });
        const lines = [openRecord(0), closeRecord(1), call(1), closeRecord(2)].map((body) => chain.append(body));
        return l.length > 0 ? lines : [];
      },
      finds: ['3 after-close'],
    },
    'a number that was skipped by the writer': {
      damage: () => {
        const chain = new Chain({ stream: 'one', server: 'ns/n' });
        const open = chain.append(openRecord(0));
        const forged = new Chain({ stream: 'one', server: 'ns/n', head: { hash: lineHash(open) } });
        return [open, forged.append(closeRecord(1)).replace('"seq":0', '"seq":7')];
      },
      finds: ['2 wrong-seq'],
    },
  };
  for (const [name, { damage, finds }] of Object.entries(rows)) {
    test(name, () => {
      const report = verify(damage(stream('one', 4)));
      expect(found(report)).toEqual(finds);
      expect(report.ok).toBe(false);
    });
  }
});

test('a missing close is a warning, because processes die', () => {
  const one = stream('one', 1, undefined, false);
  const report = verify([...one, ...stream('two', 1, head(one), false)]);
  expect(report.ok).toBe(true);
  expect(warned(report)).toEqual(['2 missing-close', '4 missing-close']);
});

test('a stream from another file is not linked', () => {
  expect(found(verify([...stream('one', 1), ...stream('two', 1)]))).toEqual(['4 unlinked-stream']);
});

test('the last line of a stream, edited, shows in the stream after it', () => {
  const one = stream('one', 1);
  const lines = [...one, ...stream('two', 1, head(one))].with(2, (one[2] ?? '').replace('.000Z', '.001Z'));
  expect(found(verify(lines))).toEqual(['3 edited']);
});

test('a partial last line is a finding', () => {
  expect(found(verify(stream('one', 1), {}, '{"appro'))).toEqual(['4 partial-line']);
});

test('a torn line that the next stream is linked to is a warning', () => {
  const torn = '{"decision":{"eff';
  const report = verify([...stream('one', 1, undefined, false), torn, ...stream('two', 1, lineHash(torn))]);
  expect(found(report)).toEqual([]);
  expect(warned(report)).toEqual(['3 torn-line', '3 missing-close']);
});

test('a known head shows a cut-off tail and an edited last line', () => {
  const lines = stream('one', 4);
  const expectHead = head(lines);
  expect(verify(lines, { expectHead }).ok).toBe(true);
  expect(verify([...lines, ...stream('two', 1, expectHead)], { expectHead }).expectedHeadLine).toBe(6);
  expect(found(verify(lines.slice(0, 5), { expectHead }))).toEqual(['5 head-not-found']);
  expect(found(verify(lines.with(5, (lines[5] ?? '').replace('01.000Z', '09.000Z')), { expectHead }))).toEqual([
    '6 head-not-found',
  ]);
});

test('an empty file proves nothing', () => {
  expect(found(verify([]))).toEqual(['0 empty']);
});

test('any change to a byte before the last line is found', { tags: ['evidence'] }, () => {
  const bytes = Buffer.from(`${stream('one', 5).join('\n')}\n`);
  const end = bytes.lastIndexOf(0x0a, bytes.length - 2);
  return fc.assert(
    fc.asyncProperty(fc.nat({ max: end - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ change;
      expect((await verifyChunks([changed])).ok).toBe(false);
    }),
  );
});

test('pieces of a file are put together, whatever their size', async () => {
  const bytes = Buffer.from(`${stream('one', 3).join('\n')}\n`);
  for (const size of [1, 7, 100, bytes.length]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    expect(await verifyChunks(pieces)).toMatchObject({ ok: true, lines: 5 });
  }
  expect(found(await verifyChunks([bytes.subarray(0, -1)]))).toEqual(['5 partial-line']);
});

test('a line without end is not kept in memory', async () => {
  const report = await verifyChunks(Array.from({ length: 5 }, () => Buffer.alloc(512 * 1024, 0x61)));
  expect(found(report)).toEqual(['1 line-too-long']);
});
