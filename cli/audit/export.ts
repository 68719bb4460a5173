/** `sallyport audit export`: records in the forms of other tools. */
import { type Command, Option } from 'commander';
import { cefLine } from '../../core/audit/reading/cef.ts';
import { csvHeader, csvRow } from '../../core/audit/reading/csv.ts';
import { ocsfEvent } from '../../core/audit/reading/ocsf.ts';
import type { AuditRecord } from '../../core/audit/reading/read-record.ts';
import { addExample } from '../help.ts';
import { visible, visibleJson } from '../../core/shown/terminal-text.ts';
import { keyOption } from './options.ts';
import { printPdf } from './print-pdf.ts';
import { Printer } from './printer.ts';
import { type QueryOptions, queryOf, withQuery } from './query-options.ts';
import { readAll } from './read-all.ts';

interface ExportOptions extends QueryOptions {
  readonly format: (typeof FORMATS)[number];
  readonly key?: string[];
}

const FORMATS = ['csv', 'jsonl', 'cef', 'ocsf', 'pdf'] as const;

export function registerExport(audit: Command): void {
  const exported = withQuery(
    audit
      .command('export')
      .description('Print records in the form of another tool')
      .argument('<files...>', 'audit files, or a folder of them; - reads standard input'),
  )
    .addOption(new Option('--format <format>', 'which form').choices(FORMATS).makeOptionMandatory())
    .addOption(keyOption('who must have signed, for what a pdf says of it'))
    .action(async (paths: string[], { format, key = [], ...options }: ExportOptions) => {
      if (format === 'pdf') return printPdf(paths, options, key);
      const out = new Printer();
      if (format === 'csv') out.print(csvHeader());
      const write = EXPORTS[format];
      await readAll(paths, queryOf(options), (record, line) => out.print(write(record, line)), out);
      out.end();
    });
  addExample(exported, 'sallyport audit export audit.jsonl --format csv --since 2026-11-01 > november.csv');
}

const EXPORTS = {
  csv: (record: AuditRecord) => csvRow(harmless(fieldsOf(record))),
  jsonl: (_: AuditRecord, line: string) => `${visibleJson(line)}\n`,
  cef: (record: AuditRecord) => cefLine(harmless(fieldsOf(record))),
  ocsf: (record: AuditRecord) => `${visibleJson(JSON.stringify(ocsfEvent(record)))}\n`,
};

/** The whole line is not shown in these forms, and may be nested without end. */
function fieldsOf(record: AuditRecord): AuditRecord {
  return { ...record, body: {} };
}

/** For forms that have no escapes of their own: no text in it moves the cursor, or makes two lines of one. */
function harmless<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(harmless) as T;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [harmless(name), harmless(member)])) as T;
}
