/** `sallyport suggest`: a pack of what was seen in a traffic log, with the cases that prove it; or labels for a list of tools. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { labelGuesses } from '../core/traffic/suggest/labels.ts';
import { ObservedTraffic } from '../core/traffic/suggest/observed.ts';
import { makeDirectory } from '../sidecar/files/make-directory.ts';
import { EXIT, systemReason, usageError, UserError } from './errors.ts';
import { labelsIn } from './halt-pack.ts';
import { addExample } from './help.ts';
import { readDefinitions } from './tool-list.ts';
import { Progress } from './traffic/progress.ts';
import { prove } from './traffic/prove.ts';
import { readTraffic, Unread } from './traffic/read-log.ts';
import { casesText, labelsJson, labelsText, packText, summaryText } from './traffic/render-suggestion.ts';
import { writeWhole } from './write-whole.ts';

interface SuggestOptions {
  readonly labels?: boolean;
  readonly out?: string;
  readonly name: string;
  readonly target?: string;
  readonly force?: boolean;
  readonly output: 'text' | 'json';
}

const FILE_MODE = 0o644;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export function registerSuggest(program: Command): void {
  const command = program
    .command('suggest')
    .description('Write a pack that allows what a traffic log shows and nothing else, and tests that prove it')
    .argument('<file>', 'a traffic log; with --labels a log, or the answer to tools/list')
    .option('--out <folder>', 'write NAME.yaml and tests/NAME.test.yaml there (default: print the pack)')
    .option('--name <name>', 'what the pack is called', 'suggested')
    .option(
      '--target <labels>',
      'labels of the servers that it is for, such as app=ledger (default: all of its namespace)',
    )
    .option('--force', 'write over files that are there')
    .option('--labels', 'say only which kind of thing each tool does, and why')
    .addOption(
      new Option('-o, --output <format>', 'with --labels: how to print').choices(['text', 'json']).default('text'),
    )
    .action(async (file: string, options: SuggestOptions) => {
      if (options.labels === true) return suggestLabels(file, options);
      return suggestPack(file, options);
    });
  addExample(command, 'sallyport suggest traffic.jsonl --out ./sallyport && sallyport test ./sallyport');
  command.addHelpText(
    'after',
    '\nExit code 0 where all that was seen passes the pack, 1 where something does not; it is said what.',
  );
}

async function suggestPack(file: string, { out, name, target, force }: SuggestOptions): Promise<void> {
  if (!NAME.test(name))
    throw usageError('--name is no name', 'write lower-case letters, digits and "-", such as --name ledger');
  const targets = target === undefined ? undefined : labelsIn(target);
  const paths = out === undefined ? undefined : [join(out, `${name}.yaml`), join(out, 'tests', `${name}.test.yaml`)];
  const taken = force === true ? undefined : paths?.find((path) => existsSync(path));
  if (taken !== undefined)
    throw new UserError(`${taken} exists already`, 'name another pack with --name, or write over it with --force');
  const progress = new Progress();
  const { observed, server, unread } = await observe(file, progress);
  process.stderr.write(unread.words);
  if (observed.used.length === 0)
    throw new UserError(
      'the log shows no call that was let through',
      'record for longer, before a policy that allows more',
    );
  const place = { name, namespace: server.split('/')[0] ?? 'default', targets };
  const proven = await prove(observed, place, progress);
  const text = packText(proven, file);
  if (out === undefined || paths === undefined) process.stdout.write(text);
  else {
    const [packFile = '', testFile = ''] = paths;
    makeFolder(join(out, 'tests'));
    writeWhole(packFile, text, FILE_MODE);
    writeWhole(testFile, casesText(proven, place, file), FILE_MODE);
    process.stdout.write(`wrote ${packFile} and ${testFile}\n`);
  }
  process.stderr.write(summaryText(proven, observed));
  if (proven.unproven.length > 0) process.exitCode = EXIT.failure;
}

interface Seen {
  readonly observed: ObservedTraffic;
  readonly server: string;
  readonly unread: Unread;
}

async function observe(file: string, progress: Progress): Promise<Seen> {
  const unread = new Unread(file);
  const observed = new ObservedTraffic();
  let server = 'default/any';
  let calls = 0;
  for await (const line of readTraffic(file, unread)) {
    if ('traffic' in line) server = line.server;
    else if ('tool' in line) observed.addTool(line.tool);
    else if ('call' in line) {
      observed.add(line);
      calls++;
      progress.at(() => `${calls} calls are read`);
    }
  }
  return { observed, server, unread };
}

async function suggestLabels(file: string, { output }: SuggestOptions): Promise<void> {
  const guesses = labelGuesses(await toolsIn(file));
  process.stdout.write(output === 'json' ? labelsJson(guesses) : labelsText(guesses));
}

/** Of a log, or of what a server has answered. */
async function toolsIn(file: string): Promise<Iterable<Readonly<Record<string, unknown>>>> {
  try {
    const { observed, unread } = await observe(file, new Progress());
    process.stderr.write(unread.words);
    return observed.tools.values();
  } catch (error) {
    if (!(error instanceof UserError) || !error.message.includes('is no traffic log')) throw error;
    return readDefinitions(file);
  }
}

function makeFolder(folder: string): void {
  try {
    makeDirectory(folder, 0o777);
  } catch (error) {
    throw new UserError(`cannot make ${folder}: ${systemReason(error)}`, 'check the path and its permissions');
  }
}
