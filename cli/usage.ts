/** `sallyport usage`: who used what how much. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { Usage, USAGE_KEYS, type UsageKey } from '../core/audit/reading/usage.ts';
import { Printer } from './audit/printer.ts';
import { type QueryOptions, queryOf, withQuery } from './audit/query-options.ts';
import { readAll } from './audit/read-all.ts';
import { usageError, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { stateDir } from './paths.ts';
import { renderUsage, renderUsageCsv, renderUsageJson } from './render-usage.ts';
import { visible } from '../core/shown/terminal-text.ts';

interface Options extends QueryOptions {
  readonly by?: readonly UsageKey[];
  readonly every: string;
  readonly all?: true;
  readonly output: keyof typeof OUTPUTS;
}

const OUTPUTS = { text: renderUsage, json: renderUsageJson, csv: renderUsageCsv };

export function registerUsage(program: Command): void {
  const usage = withQuery(
    program
      .command('usage')
      .description('Count calls, refusals, bytes, latency and cost by caller, tool, server, budget or time')
      .argument('[files...]', 'audit files, or folders of them; - reads standard input; default: all of this machine'),
  )
    .addOption(
      new Option('--by <keys...>', 'what is counted apart: principal and tool if nothing is said').choices(USAGE_KEYS),
    )
    .addOption(new Option('--every <duration>', 'with --by time: how long a window is').default('1h'))
    .option('--all', 'also messages that name no tool, resource or prompt, such as initialize')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(Object.keys(OUTPUTS)).default('text'))
    .action(async (paths: string[], options: Options) => {
      const { by = ['principal', 'tool'], every, all, output, ...query } = options;
      const settings = { by, everyMs: windowOf(every) };
      const [used, total] = [new Usage(settings), new Usage({ ...settings, by: [] })];
      const out = new Printer();
      await readAll(
        paths.length === 0 ? localLogs(stateDir()) : paths,
        queryOf(query),
        (record) => {
          if (all !== true && record.target === record.method) return;
          used.add(record);
          total.add(record);
        },
        out,
      );
      out.print(OUTPUTS[output](by, used.rows(), total.rows()[0]));
      out.end();
    });
  addExample(usage, 'sallyport usage audit.jsonl --by principal tool --since 7d');
}

function windowOf(text: string): number {
  try {
    const ms = parseDuration(text);
    if (ms >= 1000) return ms;
  } catch {
    // Said below.
  }
  throw usageError(`--every ${visible(text)} is no window of time`, 'write a duration of a second or more, such as 1h');
}

/** The folders of all gates of this machine, one for each server. */
export function localLogs(state: string): string[] {
  const folders = foldersIn(state).flatMap((namespace) => foldersIn(namespace));
  const logs = folders.filter((folder) => existsSync(join(folder, 'audit.jsonl')));
  if (logs.length > 0) return logs;
  throw new UserError(`no gate of this machine has kept a log in ${state}`, 'name the files: sallyport usage FILES');
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}
