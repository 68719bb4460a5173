import { expect, test } from 'vitest';
import { recordOf, REDACTED, REFUSED } from '../testing/records.ts';
import { csvHeader, csvRow } from './csv.ts';

/** RFC 4180, for one record. */
function cells(row: string): string[] {
  expect(row.endsWith('\r\n')).toBe(true);
  const found = Array.from(row.slice(0, -2).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g));
  return found.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
}
const names = cells(csvHeader());
const rowOf = (...args: Parameters<typeof recordOf>): Record<string, string> => {
  const row = cells(csvRow(recordOf(...args)));
  expect(row).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, at) => [name, row[at] ?? '']));
};

test('a record is a row with a cell for each column', () => {
  expect(rowOf({ outcome: 'refused' }, REFUSED)).toMatchObject({
    time: '2026-11-21T10:00:00.000Z',
    principal: 'me',
    target: 'read_file',
    effect: 'Deny',
    outcome: 'refused',
    rules: 'default/files#roots',
    findings: 'paths outside-roots at /path',
    traceId: 'trace-1',
    seq: '0',
  });
  expect(rowOf({}, REDACTED)).toMatchObject({
    effect: 'Redact',
    redacted: 'aws-access-key 2',
    wouldEffect: 'Deny',
    wouldRules: 'default/strict#secrets',
  });
});

test.each(['=cmd|x', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＠x', ' =1', '\u00a0=1'])(
  '%j is text to a spreadsheet',
  (tool) => {
    expect(rowOf({ tool })['target']).toBe(`'${tool}`);
  },
);

test.each(['a,b', 'a"b', 'a\nb', '"'])('%j keeps its row together', (tool) => {
  expect(rowOf({ tool })['target']).toBe(tool);
});

test('a spreadsheet that begins cells at semicolons finds no formula in them', () => {
  expect(rowOf({ tool: 'a;=cmd|x;"+1" ; ＝2;b;c=d' })['target']).toBe(`a;'=cmd|x;"'+1" ; '＝2;b;c=d`);
});
