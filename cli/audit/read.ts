/** `sallyport audit search`, `show`, `story` and `export`: what the log says, for people and for their other tools. */
import { type Command, Option } from 'commander';
import { EFFECTS, type Effect } from '../../core/api/effects.ts';
import { cefLine } from '../../core/audit/reading/cef.ts';
import { csvHeader, csvRow } from '../../core/audit/reading/csv.ts';
import { ocsfEvent } from '../../core/audit/reading/ocsf.ts';
import { type AuditQuery, isAsked, readTime } from '../../core/audit/reading/query.ts';
import { type AuditRecord, readRecord } from '../../core/audit/reading/read-record.ts';
import { type LineSink, pushLines } from '../../core/audit/verify-chunks.ts';
import { usageError, UserError } from '../errors.ts';
import { addExample } from '../help.ts';
import { visible, visibleJson } from '../terminal-text.ts';
import { isArchive } from './archive-source.ts';
import { forLines, onlyFile, reading } from './files.ts';
import { follow } from './follow.ts';
import { Printer } from './printer.ts';
import { renderChapter, renderFound, renderRecord, renderSessions, Sessions } from './render-reading.ts';

interface QueryOptions extends Omit<AuditQuery, 'effects' | 'since' | 'until'> {
  readonly effect?: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

type Take = (record: AuditRecord, line: string) => void;

export function registerReading(audit: Command): void {
  const search = withQuery(
    audit
      .command('search')
      .description('Find records by caller, tool, effect, rule, finding, time or text; newest last')
      .argument('<files...>', 'audit files, or a folder of them; - reads standard input'),
  )
    .option('--all', 'also what gates say of themselves, and calls that have not ended')
    .option('-f, --follow', 'go on with what is written from now on, until Ctrl-C')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'jsonl']).default('text'))
    .action(async (paths: string[], options: QueryOptions & { follow?: true; output: 'text' | 'jsonl' }) => {
      const out = new Printer();
      const take: Take = (record, line) =>
        out.print(options.output === 'jsonl' ? `${visibleJson(line)}\n` : `${renderFound(record)}\n`);
      if (options.follow === true) await followLog(paths, queryOf(options), take, out);
      else await readAll(paths, queryOf(options), take, out);
      out.end();
    });
  addExample(search, 'sallyport audit search audit.jsonl --effect Deny --since 2h');

  const show = audit
    .command('show')
    .description('Print all that one record says; by its number, or all records of a trace')
    .argument('<record>', 'seq of the record, or the id of a trace')
    .argument('<files...>', 'audit files, or a folder of them; - reads standard input')
    .action(async (wanted: string, paths: string[]) => {
      const out = new Printer();
      let shown = 0;
      await readAll(
        paths,
        { all: true, trace: isNumber(wanted) ? undefined : wanted },
        (record) => {
          if (String(record.seq) !== wanted && record.traceId !== wanted) return;
          if (shown > 0) out.print('\n');
          shown += 1;
          out.print(renderRecord(record));
        },
        out,
      );
      out.end();
      if (shown === 0) throw new UserError(`no record ${visible(wanted)} is in these files`);
    });
  addExample(show, 'sallyport audit show 17 audit.jsonl');

  const story = withQuery(
    audit
      .command('story')
      .description(
        'Tell what happened in a session, or for a caller, one call after the other; without either, list sessions',
      )
      .argument('<files...>', 'audit files, or a folder of them; - reads standard input'),
  ).action(async (paths: string[], options: QueryOptions) => {
    const query = queryOf(options);
    const out = new Printer();
    if (query.session === undefined && query.principal === undefined && query.trace === undefined) {
      const sessions = new Sessions();
      await readAll(paths, query, (record) => sessions.add(record), out);
      process.stdout.write(renderSessions(sessions.list()));
      return;
    }
    let told = 0;
    await readAll(
      paths,
      query,
      (record) => {
        told += 1;
        out.print(renderChapter(record));
      },
      out,
    );
    out.end();
    if (told === 0)
      throw new UserError('nothing in these files is of it', 'list the sessions: sallyport audit story FILES');
  });
  addExample(story, 'sallyport audit story audit.jsonl --session dd4ddd38-4f23-4eae-8b96-3437319259be');

  const exported = withQuery(
    audit
      .command('export')
      .description('Print records in the form of another tool')
      .argument('<files...>', 'audit files, or a folder of them; - reads standard input'),
  )
    .addOption(
      new Option('--format <format>', 'which form').choices(['csv', 'jsonl', 'cef', 'ocsf']).makeOptionMandatory(),
    )
    .action(async (paths: string[], options: QueryOptions & { format: 'csv' | 'jsonl' | 'cef' | 'ocsf' }) => {
      const out = new Printer();
      if (options.format === 'csv') out.print(csvHeader());
      const write = EXPORTS[options.format];
      await readAll(paths, queryOf(options), (record, line) => out.print(write(record, line)), out);
      out.end();
    });
  addExample(exported, 'sallyport audit export audit.jsonl --format csv --since 2026-11-01 > november.csv');
}

const EXPORTS = {
  csv: (record: AuditRecord) => csvRow(harmless(record)),
  jsonl: (_: AuditRecord, line: string) => `${visibleJson(line)}\n`,
  cef: (record: AuditRecord) => cefLine(harmless(record)),
  ocsf: (record: AuditRecord) => `${visibleJson(JSON.stringify(ocsfEvent(record)))}\n`,
};

/** For forms that have no escapes of their own: no text in it moves the cursor, or makes two lines of one. */
function harmless<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(harmless) as T;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [harmless(name), harmless(member)])) as T;
}

function withQuery(command: Command): Command {
  return command
    .option('--principal <name>', 'who called')
    .option('--target <name>', 'tool, prompt or resource; with * at its end: all that begin so')
    .addOption(new Option('--effect <effects...>', 'what was decided').choices(EFFECTS))
    .option('--outcome <outcome>', 'how it ended: answered, refused, pending, …')
    .option('--rule <rule>', 'a rule that carried it, whole or behind its #')
    .option('--finding <name>', 'a detector, or the reason that it gives')
    .option('--session <id>', 'of this session')
    .option('--trace <id>', 'of this trace')
    .option('--server <name>', 'of this server, as namespace/name')
    .option('--since <time>', 'not before: 2h, 3d, 2026-11-21 or 2026-11-21T10:15')
    .option('--until <time>', 'before')
    .option('--text <text>', 'somewhere in the line');
}

function queryOf({ effect, since, until, ...rest }: QueryOptions): AuditQuery {
  const effects = effect as readonly Effect[] | undefined;
  return { ...rest, effects, since: timeOf('--since', since), until: timeOf('--until', until) };
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = readTime(text, Date.now());
  if (time !== undefined) return time;
  throw usageError(
    `${option} ${visible(text)} is no time`,
    'write 90s, 30m, 2h, 3d, 2026-11-21 or 2026-11-21T10:15:00Z',
  );
}

function isNumber(text: string): boolean {
  return /^[0-9]{1,15}$/.test(text);
}

function sinkFor(query: AuditQuery, take: Take, out: Printer): LineSink {
  return {
    push(bytes: Uint8Array): void {
      if (out.gone.aborted) return;
      const line = Buffer.from(bytes).toString('utf8');
      const record = readRecord(line);
      if (record !== undefined && isAsked(query, record, line)) take(record, line);
    },
    pushOversized(): void {},
    room: () => out.room(),
  };
}

async function readAll(paths: readonly string[], query: AuditQuery, take: Take, out: Printer): Promise<void> {
  const sink = sinkFor(query, take, out);
  if (onlyFile(paths) === '-') sink.push(await pushLines(sink, process.stdin));
  else await (await forLines(paths, query))(sink);
}

async function followLog(paths: readonly string[], query: AuditQuery, take: Take, out: Printer): Promise<void> {
  const only = onlyFile(paths);
  if (only === undefined || only === '-' || isArchive(only))
    throw usageError('only one file can be followed', 'give the one that is written to: audit.jsonl');
  await reading(only, () => follow(only, sinkFor(query, take, out), () => out.flush(), out.gone));
}
