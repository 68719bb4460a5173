/** `sallyport audit export --format pdf`: a document on standard output. */
import { changeText } from '../../core/audit/reading/changes.ts';
import { LogDigester } from '../../core/audit/reading/digest.ts';
import { Usage } from '../../core/audit/reading/usage.ts';
import { usageError } from '../errors.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { onlyFile } from './files.ts';
import { readKeys } from './keys.ts';
import { Printer } from './printer.ts';
import { type QueryOptions, queryOf } from './query-options.ts';
import { readAll } from './read-all.ts';
import { verifyPaths } from './verify.ts';

/** `key`: as `--key` gave them. */
export async function printPdf(paths: readonly string[], options: QueryOptions, key: readonly string[]): Promise<void> {
  if (process.stdout.isTTY) throw usageError('a PDF is nothing for a terminal', 'write it to a file: > audit.pdf');
  if (onlyFile(paths) === '-') throw usageError('for a PDF the log is read twice', 'give the file instead of -');
  const keys = readKeys([...key]);
  const query = queryOf(options);
  const [digester, usage] = [new LogDigester(changeText), new Usage({ by: ['principal', 'tool'], everyMs: 3_600_000 })];
  await readAll(
    paths,
    { ...query, all: true },
    (record) => {
      digester.add(record);
      if (record.target !== record.method) usage.add(record);
    },
    new Printer(),
  );
  const report = await verifyPaths(paths, { keys });
  // Several times the size of all else that the command loads at its start, and needed here alone.
  const { writeAuditPdf } = await import('./pdf/audit-pdf.ts');
  const chosen = Object.entries(options).map(([name, value]) => `--${name} ${[value].flat().map(String).join(' ')}`);
  await writeAuditPdf(
    {
      digest: digester.finish(),
      usage: usage.rows(),
      report,
      hasKeys: keys !== undefined,
      files: paths.map(visible),
      chosen: chosen.join(' '),
      now: Date.now(),
    },
    (bytes) => process.stdout.write(bytes),
  );
}
