/** Adds up what several vitest runs have reported. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * The totals over all JSON reports in a folder.
 * A file that fails before its first test (an import error) has no failed test; it counts as one, or it would be lost.
 * @param {string} folder @returns {Totals}
 */
export function readTotals(folder) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const name of readdirSync(folder)) {
    const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    totals.passed += report.numPassedTests;
    totals.failed += report.numFailedTests;
    totals.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
    for (const file of report.testResults) {
      const failures = file.assertionResults.filter((/** @type {{status: string}} */ test) => test.status === 'failed');
      if (file.status === 'failed' && failures.length === 0) totals.failed += 1;
    }
  }
  return totals;
}
