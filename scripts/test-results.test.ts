import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTotals } from './test-results.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-results-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(name: string, passed: number, failed: number, testResults: object[] = []): void {
  const counts = { numPassedTests: passed, numFailedTests: failed, numPendingTests: 1, numTodoTests: 0 };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...counts, testResults }));
}

test('the totals cover every run', () => {
  report('unit', 10, 1, [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]);
  report('e2e', 5, 0, [{ status: 'passed', assertionResults: [{ status: 'passed' }] }]);
  expect(readTotals(folder)).toEqual({ passed: 15, failed: 1, skipped: 2 });
});

test('a file that cannot be imported counts as a failure although none of its tests ran', () => {
  report('unit', 3, 0, [{ status: 'failed', assertionResults: [] }]);
  expect(readTotals(folder).failed).toBe(1);
});

test('no report is no test', () => {
  expect(readTotals(folder)).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
