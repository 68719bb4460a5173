/** `sallyport audit verify`: says whether an audit file is what was written. */
import { createReadStream } from 'node:fs';
import { type Command, Option } from 'commander';
import { verifyChunks } from '../core/audit/verify-chunks.ts';
import type { Report } from '../core/audit/report.ts';
import { EXIT, systemReason, usageError, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { renderReport, renderReportJson } from './render-report.ts';

interface VerifyOptions {
  head?: string;
  output: 'text' | 'json';
}

/** Told apart from findings: a script must not take a file that could not be read for one that was tampered with. */
const UNREADABLE = 2;

export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('Check the evidence that gates have written');
  addExample(audit, 'sallyport audit verify audit.jsonl');
  const verify = audit
    .command('verify')
    .description('Find edits, gaps and reordering in an audit file; exit code 0: none, 1: found, 2: not readable')
    .argument('<file>', 'audit file; - reads standard input')
    .option('--head <hash>', 'hash noted earlier, elsewhere: shows also a cut tail and an edited last line')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (file: string, options: VerifyOptions) => {
      const report = await verifyFile(file, options.head);
      process.stdout.write(
        options.output === 'json' ? renderReportJson(report) : renderReport(report, file, options.head),
      );
      if (!report.ok) process.exitCode = EXIT.failure;
    });
  addExample(verify, 'sallyport audit verify audit.jsonl --head 9f2c…');
}

async function verifyFile(file: string, head: string | undefined): Promise<Report> {
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head)) {
    throw usageError('--head is not a hash', 'give the 64 hex digits that an earlier verification printed');
  }
  try {
    const chunks: AsyncIterable<Buffer> =
      file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 2 ** 20 });
    return await verifyChunks(chunks, { expectHead: head });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UserError(
      `cannot read ${file}: ${systemReason(error)}`,
      'check the path and its permissions',
      UNREADABLE,
    );
  }
}
