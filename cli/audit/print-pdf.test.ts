import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisionLine } from '../../core/audit/testing/records.ts';
import { registerAudit } from '../audit.ts';
import { folderWith } from '../testing/run-cli.ts';
import { runHere } from '../testing/run-here.ts';

const log = (): string => join(folderWith({ 'audit.jsonl': `${decisionLine()}\n` }), 'audit.jsonl');
const exported = (...args: string[]) => runHere(registerAudit, ['audit', 'export', ...args, '--format', 'pdf']);

test('a PDF goes to standard output, byte by byte', () => {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const pdf = execFileSync(process.execPath, [main, 'audit', 'export', log(), '--format', 'pdf']);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.toString('latin1').trimEnd().endsWith('%%EOF')).toBe(true);
});

test('standard input can be read once, and a PDF reads twice', async () => {
  const { code, stderr } = await exported('-');
  expect([code, stderr]).toEqual([2, expect.stringContaining('for a PDF the log is read twice')]);
});

test('what cannot be read is said, and is no document', async () => {
  const { code, stdout } = await exported('/nowhere/audit.jsonl');
  expect([code, stdout]).toEqual([2, '']);
});
