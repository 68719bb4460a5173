/** `sallyport audit`: whether the evidence that gates have written is whole, and what it says. */
import type { Command } from 'commander';
import { type ArchiveAccess, readArchivesWith } from './audit/archive-source.ts';
import { registerExport } from './audit/export.ts';
import { registerProve } from './audit/prove.ts';
import { registerPublished } from './audit/published.ts';
import { registerReading } from './audit/read.ts';
import { registerSummary } from './audit/summary.ts';
import { registerVerify } from './audit/verify.ts';
import { addExample } from './help.ts';

export function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('Check and read the evidence that gates have written; in files, or in an archive (https://HOST:PORT)')
    .option('--archive-token <file>', 'of an archive: file with the token of a reader')
    .option('--archive-ca <file>', 'of an archive: file with the authority that signed its certificate')
    .hook('preAction', (_, command) => readArchivesWith(command.optsWithGlobals<ArchiveAccess>()));
  addExample(audit, 'sallyport audit verify audit.jsonl');
  registerVerify(audit);
  registerProve(audit);
  registerPublished(audit);
  registerSummary(audit);
  registerReading(audit);
  registerExport(audit);
}
