import { expect, test } from 'vitest';
import type { Report } from '../core/audit/report.ts';
import { renderReport, renderReportJson } from './render-report.ts';

const WHOLE: Report = {
  ok: true,
  files: 1,
  lines: 2,
  records: 2,
  streams: 1,
  findings: [],
  warnings: [],
  omitted: 0,
  head: 'ab12',
  expectedHeadLine: null,
  firstTime: '2026-01-01T00:00:00.000Z',
  lastTime: '2026-01-02T00:00:00.000Z',
  proof: { signed: 0, witnessed: 0, unsigned: 2, keys: [], trusted: false, upTo: null, streams: [] },
};
const render = (fields: Partial<Report>, head?: string): string[] =>
  renderReport({ ...WHOLE, ...fields }, 'audit.jsonl', { head, checkpoint: false })
    .trimEnd()
    .split('\n');

test('a whole file is summed up, with what cannot be known of it', () => {
  expect(render({})).toEqual([
    'OK: 2 records, 1 stream, from 2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z',
    'head ab12',
    'Not checked: whether the end was cut off. Keep the head, or what `sallyport audit checkpoint` prints, elsewhere, and give it with --head or --checkpoint next time.',
  ]);
});

test('a head that was expected is told with its line, and its file where there are several', () => {
  expect(render({ expectedHeadLine: 2 }, 'ab12').at(-1)).toBe('the expected head is line 2');
  expect(render({ expectedHeadLine: 2, expectedHeadFile: 'b\u202e' }, 'ab12').at(-1)).toBe(
    'the expected head is line 2 of b\\u{202e}',
  );
});

test('findings and warnings stand in the order of files and lines', () => {
  const lines = render({
    ok: false,
    files: 2,
    omitted: 3,
    findings: [
      { file: 'b', line: 1, code: 'edited', message: 'x' },
      { file: 'a', line: 10, code: 'duplicate', message: 'y' },
    ],
    warnings: [{ file: 'a', line: 9, code: 'missing-close', message: 'z' }],
  });
  expect(lines).toEqual([
    'a:9: warning, missing-close: z',
    'a:10: duplicate: y',
    'b:1: edited: x',
    '3 more are not shown',
    'NOT OK: 2 findings, 1 warning, 2 files, 2 records, 1 stream, from 2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z',
    'head ab12',
  ]);
});

test('an empty file has no times and no head', () => {
  const empty = { ok: false, records: 0, streams: 0, head: null, firstTime: null, lastTime: null };
  expect(render({ ...empty, findings: [{ line: 0, code: 'empty', message: 'The file has no line.' }] })).toEqual([
    'audit.jsonl:0: empty: The file has no line.',
    'NOT OK: 1 finding, 0 records, 0 streams',
  ]);
});

test('what others wrote moves no cursor, and JSON of it is JSON still', () => {
  const findings = [{ file: 'a\u001b[2J', line: 1, code: 'edited' as const, message: 'tool "x\u202ey"' }];
  expect(render({ ok: false, findings })[0]).toBe('a\\u{1b}[2J:1: edited: tool "x\\u{202e}y"');
  const json = renderReportJson({ ...WHOLE, findings });
  for (const hidden of ['\u001b', '\u202e']) expect(json).not.toContain(hidden);
  expect(JSON.parse(json)).toEqual({ ...WHOLE, findings });
});

test('what is signed is told with its key, and what follows after it', () => {
  const proof = {
    ...WHOLE.proof,
    signed: 7,
    unsigned: 1,
    keys: ['sallyport/a/b+1+x'],
    trusted: true,
    upTo: { line: 8, time: 'T' },
  };
  expect(render({ proof }).slice(2, 4)).toEqual([
    'signed: 7 records, the last of them before line 8, at T; 1 record after it is not signed',
    '  by sallyport/a/b+1+x',
  ]);
});

test('a key that only the files name is said to prove little', () => {
  const proof = {
    ...WHOLE.proof,
    signed: 7,
    unsigned: 0,
    keys: ['k'],
    trusted: false,
    upTo: { file: 'f', line: 8, time: 'T' },
  };
  expect(render({ proof }).slice(2, 5)).toEqual([
    'signed: 7 records, the last of them before line 8 of f, at T',
    '  by k',
    "  a key that only these files name: give the one that you know to be the gate's with --key",
  ]);
});

test('a log in which nothing is signed by the keys given is said to be so', () => {
  const proof = { ...WHOLE.proof, trusted: true };
  expect(render({ proof })[2]).toBe('NOT signed: no checkpoint of these keys holds.');
});

test('where witnesses saw something, each stream is told with who knows what of it', () => {
  const stream = {
    stream: 'gate-1/T',
    server: 'a/b',
    first: 0,
    last: 9,
    signed: { before: 9, by: 'sallyport/a/b+1+x', at: 'T2' },
    witnessed: { before: 7, by: 'w\u202e+2+y', at: 'T1' },
    unsigned: { records: 1, from: 'T3', to: 'T4' },
  };
  const streams = [stream, { ...stream, first: 9, witnessed: null, signed: null, unsigned: null }];
  const proof = { ...WHOLE.proof, signed: 9, keys: ['k'], trusted: true, upTo: { line: 8, time: 'T2' }, streams };
  expect(render({ proof }).slice(4, 6)).toEqual([
    'stream gate-1/T, records 0 to 9: 0 to 6 existed before T1, as w\\u{202e} saw; 0 to 8 signed by sallyport/a/b until T2; the last 1 record, from T3 to T4, by nobody',
    'stream gate-1/T, records 9 to 9: seen by no witness; not signed',
  ]);
  const many = { ...proof, streams: Array.from({ length: 23 }, () => stream) };
  expect(render({ proof: many })).toContain('  and 3 more streams: -o json');
});
