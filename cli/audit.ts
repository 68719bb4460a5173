/** `sallyport audit`: whether audit files are what was written, and what they say together. */
import { statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import type { Report } from '../core/audit/report.ts';
import { verifyChunks } from '../core/audit/verify-chunks.ts';
import { Summariser, type Summary } from '../core/audit/summary.ts';
import { type AuditFile, verifyFiles } from '../core/audit/verify-files.ts';

import { auditFilesIn, describeAuditFile, readAuditFile } from '../sidecar/audit/read-files.ts';
import { EXIT, systemReason, usageError, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { renderReport, renderReportJson } from './render-report.ts';
import { renderSummary, renderSummaryJson } from './render-summary.ts';

interface VerifyOptions {
  head?: string;
  output: 'text' | 'json';
}

/** Told apart from findings: a script must not take a file that could not be read for one that was tampered with. */
const UNREADABLE = 2;

export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('Check and read the evidence that gates have written');
  addExample(audit, 'sallyport audit verify audit.jsonl');
  const verify = audit
    .command('verify')
    .description('Find edits, gaps and reordering in audit files; exit code 0: none, 1: found, 2: not readable')
    .argument('<files...>', 'audit files in any order, or a folder of them; - reads standard input')
    .option('--head <hash>', 'hash noted earlier, elsewhere: shows also a cut tail and an edited last line')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], { head, output }: VerifyOptions) => {
      const report = await verifyPaths(paths, head);
      process.stdout.write(output === 'json' ? renderReportJson(report) : renderReport(report, paths[0] ?? '', head));
      if (!report.ok) process.exitCode = EXIT.failure;
    });
  addExample(verify, 'sallyport audit verify audit.jsonl --head 9f2c…');
  registerSummary(audit);
}

function registerSummary(audit: Command): void {
  const summary = audit
    .command('summary')
    .description('Say rule by rule what was refused, held, changed or marked, and what rules in shadow would have done')
    .argument('<files...>', 'audit files, or a folder of them; - reads standard input')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], { output }: { output: 'text' | 'json' }) => {
      const said = await summarise(paths);
      process.stdout.write(output === 'json' ? renderSummaryJson(said) : renderSummary(said));
    });
  addExample(summary, 'sallyport audit summary audit.jsonl');
}

async function summarise(paths: readonly string[]): Promise<Summary> {
  if (paths.length > 1 && paths.includes('-')) throw usageError('- stands for all there is to read', 'give it alone');
  const summariser = new Summariser();
  const addAll = async (input: NodeJS.ReadableStream): Promise<void> => {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') summariser.add(line);
  };
  if (paths[0] === '-') await addAll(process.stdin);
  else {
    for (const path of paths) {
      for (const name of await reading(path, async () => filesOf(path)))
        await reading(name, () => addAll(Readable.from(readAuditFile(name))));
    }
  }
  return summariser.finish();
}

async function verifyPaths(paths: readonly string[], head: string | undefined): Promise<Report> {
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head)) {
    throw usageError('--head is not a hash', 'give the 64 hex digits that an earlier verification printed');
  }
  const options = { expectHead: head };
  const [only = '-'] = paths;
  if (paths.length > 1 && paths.includes('-')) throw usageError('- stands for all there is to read', 'give it alone');
  if (only === '-') return verifyChunks(process.stdin, options);
  if (paths.length === 1 && !isFolder(only)) return reading(only, () => verifyChunks(readAuditFile(only), options));
  const described: AuditFile[] = [];
  for (const path of paths) {
    for (const name of await reading(path, async () => filesOf(path))) {
      const file = await reading(name, () => describeAuditFile(name, name));
      if (file !== undefined) described.push(file);
    }
  }
  return reading(paths.join(', '), () => verifyFiles(described, options));
}

function filesOf(path: string): string[] {
  if (!isFolder(path)) return [path];
  const files = auditFilesIn(path);
  if (files.length > 0) return files;
  throw new UserError(
    `${path} holds no audit file`,
    'their names end in .jsonl, or in .jsonl and a number',
    UNREADABLE,
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whoever opens it says why it cannot be read.
    return false;
  }
}

async function reading<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UserError(
      `cannot read ${path}: ${systemReason(error)}`,
      'check the path and its permissions',
      UNREADABLE,
    );
  }
}
