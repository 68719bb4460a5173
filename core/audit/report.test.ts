import { describe, expect, test } from 'vitest';
import { Findings, lineOf } from './report.ts';

test('a finding of a single file names no file', () => {
  const found = new Findings();
  found.find({ line: 3 }, 'edited', 'x');
  found.warn({ file: 'a', line: 4 }, 'continued', 'y');
  expect(found.findings).toEqual([{ line: 3, code: 'edited', message: 'x' }]);
  expect(found.warnings).toEqual([{ file: 'a', line: 4, code: 'continued', message: 'y' }]);
});

test('findings and warnings beyond a thousand of each are counted', () => {
  const found = new Findings();
  for (let line = 1; line <= 1_002; line++) {
    found.find({ line }, 'edited', '');
    found.warn({ line }, 'continued', '');
  }
  expect([found.findings.length, found.warnings.length, found.omitted]).toEqual([1_000, 1_000, 4]);
});

describe('a line is named', () => {
  test('by its number in the same file', () =>
    expect(lineOf({ file: 'a', line: 2 }, { file: 'a', line: 9 })).toBe('line 2'));
  test('with its file in another', () =>
    expect(lineOf({ file: 'b', line: 2 }, { file: 'a', line: 9 })).toBe('line 2 of b'));
  test('by its number where files have no names', () =>
    expect(lineOf({ line: 2 }, { file: 'a', line: 9 })).toBe('line 2'));
});
