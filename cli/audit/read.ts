/** `sallyport audit search`, `show` and `story`: what the log says, for people. */
import { type Command, Option } from 'commander';
import type { AuditQuery } from '../../core/audit/reading/query.ts';
import { usageError, UserError } from '../errors.ts';
import { addExample } from '../help.ts';
import { visible, visibleJson } from '../../core/shown/terminal-text.ts';
import { isArchive } from './archive-source.ts';
import { onlyFile, reading } from './files.ts';
import { follow } from './follow.ts';
import { Printer } from './printer.ts';
import { type QueryOptions, queryOf, withQuery } from './query-options.ts';
import { readAll, sinkFor, type Take } from './read-all.ts';
import { renderChapter, renderFound, renderRecord, renderSessions, Sessions } from './render-reading.ts';

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
      { ...query, all: true },
      (record) => {
        // How a call ended says that it began.
        if (record.event === 'intent') return;
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
}

function isNumber(text: string): boolean {
  return /^[0-9]{1,15}$/.test(text);
}

async function followLog(paths: readonly string[], query: AuditQuery, take: Take, out: Printer): Promise<void> {
  const only = onlyFile(paths);
  if (only === undefined || only === '-' || isArchive(only))
    throw usageError('only one file can be followed', 'give the one that is written to: audit.jsonl');
  await reading(only, () => follow(only, sinkFor(query, take, out), () => out.flush(), out.gone));
}
