/** `sallyport audit verify`: says whether audit files are what was written. */
import { type Command, Option } from 'commander';
import type { Report } from '../../core/audit/report.ts';
import { verifyChunks } from '../../core/audit/verify-chunks.ts';
import { verifyFiles } from '../../core/audit/verify-files.ts';
import type { VerifyOptions } from '../../core/audit/verify.ts';
import { readAuditFile } from '../../sidecar/audit/read-files.ts';
import { EXIT, usageError } from '../errors.ts';
import { addExample } from '../help.ts';
import { renderReport, renderReportJson } from '../render-report.ts';
import { isArchive } from './archive-source.ts';
import { describeLog, onlyFile, reading } from './files.ts';
import { readCheckpoint, readKeys, readWitnessedFile, readWitnessKeys } from './keys.ts';
import { keyOption, listOption } from './options.ts';

interface Options {
  head?: string;
  key?: string[];
  checkpoint?: string[];
  witnessed?: string[];
  output: 'text' | 'json';
}

export function registerVerify(audit: Command): void {
  const verify = audit
    .command('verify')
    .description('Find edits, gaps and reordering in audit files; exit code 0: none, 1: found, 2: not readable')
    .argument('<files...>', 'audit files in any order, or a folder of them; - reads standard input')
    .addOption(keyOption('who must have signed: finds lines that somebody else has written'))
    .addOption(
      listOption(
        '--checkpoint <file>',
        'kept elsewhere earlier: shows also a cut tail and a log made anew; repeatable',
      ),
    )
    .addOption(
      listOption(
        '--witnessed <file>',
        'checkpoints that a witness has cosigned, with its key in --key: shows what was cut off or rewritten since, also with the stolen key of the gate; repeatable',
      ),
    )
    .option('--head <hash>', 'hash noted earlier, elsewhere: shows also a cut tail and an edited last line')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], { head, key = [], checkpoint = [], witnessed = [], output }: Options) => {
      const [keys, witnesses] = [readKeys(key), readWitnessKeys(key)];
      const kept = [
        ...checkpoint.map((path) => readCheckpoint(path, keys)),
        ...witnessed.flatMap((path) => readWitnessedFile(path, witnesses)),
      ];
      const report = await verifyPaths(paths, { expectHead: checkedHead(head), keys, kept });
      const expected = { head, checkpoint: kept.length > 0 };
      const text = output === 'json' ? renderReportJson(report) : renderReport(report, paths[0] ?? '', expected);
      process.stdout.write(text);
      if (!report.ok) process.exitCode = EXIT.failure;
    });
  addExample(
    verify,
    'sallyport audit verify audit.jsonl --key audit.pub --key witness.pub --witnessed witnessed.checkpoints',
  );
}

function checkedHead(head: string | undefined): string | undefined {
  if (head === undefined || /^[0-9a-f]{64}$/i.test(head)) return head;
  throw usageError('--head is not a hash', 'give the 64 hex digits that an earlier verification printed');
}

export async function verifyPaths(paths: readonly string[], options: VerifyOptions): Promise<Report> {
  const only = onlyFile(paths);
  if (only === '-') return verifyChunks(process.stdin, options);
  if (only !== undefined && !isArchive(only)) return reading(only, () => verifyChunks(readAuditFile(only), options));
  const { files, pruned } = await describeLog(paths);
  return reading(paths.join(', '), () => verifyFiles(files, { ...options, pruned }));
}
