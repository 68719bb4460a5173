/** `sallyport eval`: what the detectors find in labelled values, and what they find that is none of theirs. */
import { type Command, Option } from 'commander';
import { hostSchema } from '../core/api/rules/hosts.ts';
import { detectorOf, isOnlyRecordedIn, type ParamSettings } from '../core/inspect/by-param.ts';
import type { Finding } from '../core/inspect/finding.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { usageError, UserError } from './errors.ts';
import { type EvalRow, readRows } from './eval-rows.ts';
import { Tally } from './eval-tally.ts';
import { addExample } from './help.ts';
import { type Miss, missOf, renderEval, renderEvalJson, renderMiss } from './render-eval.ts';

interface EvalOptions {
  misses?: true;
  output: 'text' | 'json';
  root?: string[];
  host?: string[];
}

const DEFAULT_ROOT = '/srv/data';

export function registerEval(program: Command): void {
  const command = program
    .command('eval')
    .description(
      'Measure the detectors on labelled values: how many attacks are caught, how many ordinary values flagged',
    )
    .argument('<files...>', 'JSONL files; - reads standard input')
    .option('--root <path>', `folder that paths have to stay in (default: ${DEFAULT_ROOT}); may be repeated`, collect)
    .option('--host <pattern>', 'host that URLs have to lead to, such as *.example.com; may be repeated', collect)
    .option('--misses', 'list attacks that were not caught, and benign values that were flagged')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], { misses, output, root = [DEFAULT_ROOT], host }: EvalOptions) => {
      const settings = settingsOf(root, host);
      const missed: Miss[] = [];
      let told = 0;
      const onMiss = (miss: Miss): void => {
        if (!misses) return;
        if (output === 'json') {
          missed.push(miss);
          return;
        }
        // At once, so that a file of any size takes no memory.
        process.stdout.write(renderMiss(miss));
        told++;
      };
      const tally = await evaluate(paths, settings, onMiss);
      const report = tally.report();
      if (told > 0) process.stdout.write('\n');
      process.stdout.write(
        output === 'json' ? renderEvalJson(report, misses ? missed : undefined) : renderEval(report),
      );
      if (report.classes.length === 0) {
        throw new UserError(`nothing was measured: ${tally.rows} rows, none of a type with a detector`);
      }
    });
  command.addHelpText('after', HELP);
  addExample(command, 'sallyport eval --misses rows.jsonl');
}

const HELP = `
A row is one line of JSON:
  {"id": "a-1", "class": "ssrf/metadata", "label": "attack", "value": "http://169.254.169.254/", "param": "url"}
class is family/shape; rates are of shapes, and a family has the mean over its shapes. label is attack or
benign. param is the type of the parameter that the value is meant for, which decides what looks at it. What is
found in a text is recorded and denies nothing, so that it is told by itself.

Exit codes: 0 measured, whatever the rates; 1 a file or row cannot be read, or no row has a detector;
2 wrong command line.`;

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function settingsOf(roots: readonly string[], hosts: readonly string[] | undefined): ParamSettings {
  const relative = roots.find((root) => !root.startsWith('/'));
  if (relative !== undefined)
    throw usageError(`--root ${relative} is not absolute`, `write for example ${DEFAULT_ROOT}`);
  const wrong = hosts?.find((host) => !hostSchema.safeParse(host).success);
  if (wrong !== undefined) {
    throw usageError(
      `--host ${wrong} is not a host`,
      'write for example api.example.com, or *.example.com for all below it',
    );
  }
  return { roots, hosts };
}

async function evaluate(
  paths: readonly string[],
  settings: ParamSettings,
  onMiss: (miss: Miss) => void,
): Promise<Tally> {
  const tally = new Tally();
  const progress = new Progress();
  for (const path of paths) {
    for await (const row of readRows(path)) {
      const inspect = detectorOf(row.param);
      if (inspect === undefined) {
        tally.addUninspected(row);
      } else {
        const finding = attempt(row, () => inspect(row.value, settings));
        const outcome = finding === undefined ? 'nothing' : isOnlyRecordedIn(row.param) ? 'recorded' : 'found';
        tally.add(row, outcome);
        if ((outcome === 'found') !== (row.label === 'attack'))
          onMiss(missOf(row, outcome === 'found' ? finding : undefined));
      }
      progress.tell(tally.rows);
    }
  }
  return tally;
}

/** A detector never throws; where one does, the row is what is needed to mend it. */
function attempt({ place, id }: EvalRow, inspect: () => Finding | undefined): Finding | undefined {
  try {
    return inspect();
  } catch (error) {
    throw new Error(`the detector failed on row ${id} (${place})`, { cause: error });
  }
}

const BETWEEN_MS = 2000;

/** On standard error, and only for what takes long enough to be wondered about. */
class Progress {
  #next = SYSTEM_CLOCK.monotonic() + BETWEEN_MS;

  tell(rows: number): void {
    const now = SYSTEM_CLOCK.monotonic();
    if (now < this.#next) return;
    this.#next = now + BETWEEN_MS;
    process.stderr.write(`${rows.toLocaleString('en')} rows so far\n`);
  }
}
