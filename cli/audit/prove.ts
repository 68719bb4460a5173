/** `sallyport audit prove`, `check-proof` and `checkpoint`: what can be given to somebody who does not get the log. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { checkpointIn } from '../../core/audit/line-checkpoint.ts';
import { checkLineProof, formatLineProof, parseLineProof } from '../../core/audit/line-proof.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import type { KeptCheckpoint } from '../../core/audit/kept-checkpoints.ts';
import type { VerifierKey, WitnessKey } from '../../core/audit/note/note-keys.ts';
import { LineSearch } from '../../core/audit/prove-line.ts';
import type { LineSink } from '../../core/audit/verify-chunks.ts';
import { EXIT, systemReason, usageError, UserError } from '../errors.ts';
import { addExample } from '../help.ts';
import { hasHidden, visible } from '../../core/shown/terminal-text.ts';
import { forLines, UNREADABLE } from './files.ts';
import { readKeys, readWitnessedFile, readWitnessKeys } from './keys.ts';
import { keyOption, listOption } from './options.ts';

const LISTED = 5;

interface ProveOptions {
  stream?: string;
  key?: string[];
  witnessed?: string[];
}

export function registerProve(audit: Command): void {
  const checkpoint = audit
    .command('checkpoint')
    .description('Print the last signed checkpoint, to be kept where the gate cannot write')
    .argument('<files...>', 'audit files in any order, or a folder of them')
    .action(async (paths: string[]) => {
      const last = new LastCheckpoint();
      await (
        await forLines(paths)
      )(last);
      if (last.note !== undefined) process.stdout.write(asItIs(last.note));
      else throw new UserError('no checkpoint is in these files', 'a gate signs within five seconds what it writes');
    });
  addExample(checkpoint, 'sallyport audit checkpoint audit.jsonl > monday.checkpoint');

  const prove = audit
    .command('prove')
    .description('Print a proof that one record is in what a gate has signed, for somebody who has only its key')
    .argument('<seq>', 'number of the record in its stream')
    .argument('<files...>', 'audit files in any order, or a folder of them')
    .option('--stream <stream>', 'which stream, where several have a record with this number')
    .addOption(keyOption('with --witnessed'))
    .addOption(
      listOption(
        '--witnessed <file>',
        'checkpoints that a witness has cosigned, with its key in --key: the proof says when the record was there; repeatable',
      ),
    )
    .action(async (seq: string, paths: string[], { stream, key = [], witnessed = [] }: ProveOptions) => {
      if (!/^[0-9]{1,15}$/.test(seq)) throw usageError(`${visible(seq)} is no number of a record`, 'its field is seq');
      const witnesses = readWitnessKeys(key);
      const kept = witnessed.flatMap((path) => readWitnessedFile(path, witnesses));
      process.stdout.write(asItIs(await proofOf(Number(seq), paths, stream, kept)));
    });
  addExample(prove, 'sallyport audit prove 17 audit.jsonl > call.tlog-proof');

  const check = audit
    .command('check-proof')
    .description('Check a proof and print its record; exit code 0: proven, 1: not, 2: not readable')
    .argument('<file>', 'what `sallyport audit prove` printed')
    .addOption(keyOption('who must have signed'))
    .action((path: string, { key = [] }: { key?: string[] }) => {
      const keys = readKeys(key);
      if (keys === undefined)
        throw usageError('no key is given', "a proof proves nothing without its gate's key: --key");
      checkFile(path, keys, readWitnessKeys(key));
    });
  addExample(check, 'sallyport audit check-proof call.tlog-proof --key audit.pub');
}

async function proofOf(
  seq: number,
  paths: readonly string[],
  wanted: string | undefined,
  kept: readonly KeptCheckpoint[],
): Promise<string> {
  const read = await forLines(paths);
  const search = new LineSearch(seq, wanted, kept);
  await read(search);
  const [stream, ...others] = search.streams();
  if (stream === undefined) throw new UserError(`no stream${named(wanted)} has a record ${seq} in these files`);
  if (others.length > 0) {
    const listed = [stream, ...others].slice(0, LISTED).map(visible).join(', ');
    const more = others.length >= LISTED ? ` and ${others.length + 1 - LISTED} more` : '';
    throw usageError(`${others.length + 1} streams have a record ${seq}`, `choose with --stream: ${listed}${more}`);
  }
  const path = search.path(stream);
  if (path === undefined) {
    const mend =
      'a gate signs within five seconds: try again; where it was killed before, nothing can prove the record';
    throw new UserError(`record ${seq} of ${visible(stream)} is after the last checkpoint of its stream`, mend);
  }
  await read(path);
  const proof = path.proof();
  if (proof !== undefined) return formatLineProof(proof);
  throw new UserError('lines that the proof rests on are missing', 'say what is wrong: sallyport audit verify');
}

/** What was signed cannot be escaped, as all else is that a terminal shows: it would be another text. No gate signs such names. */
function asItIs(text: string): string {
  if (!text.split('\n').some(hasHidden)) return text;
  throw new UserError(
    'its checkpoint has characters that a terminal does not show',
    'say what is wrong: sallyport audit verify',
  );
}

function named(stream: string | undefined): string {
  return stream === undefined ? '' : ` ${visible(stream)}`;
}

function checkFile(path: string, keys: readonly VerifierKey[], witnesses: readonly WitnessKey[]): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      `cannot read ${path}: ${systemReason(error)}`,
      'check the path and its permissions',
      UNREADABLE,
    );
  }
  const proof = parseLineProof(text);
  if (proof === undefined)
    throw new UserError(`${path} is no proof of a record`, 'give what `sallyport audit prove` printed', UNREADABLE);
  const verdict = checkLineProof(proof, keys, witnesses);
  if (!verdict.ok) {
    process.stdout.write(`NOT PROVEN: ${visible(verdict.problem)}\n`);
    process.exitCode = EXIT.failure;
    return;
  }
  const { by, stream, size, witnessed } = verdict;
  const seen =
    witnessed === undefined
      ? ''
      : `; it existed before ${new Date(witnessed.time * 1000).toISOString()}, as ${visible(witnessed.by.name)} saw`;
  process.stdout.write(
    `${visible(Buffer.from(proof.line).toString('utf8'))}\nPROVEN: record ${proof.index} of ${visible(stream)}, among ${size} that ${visible(by.text)} has signed${seen}\n`,
  );
}

class LastCheckpoint implements LineSink {
  note: string | undefined;

  push(line: Uint8Array): void {
    const { fields } = parseLine(line);
    if (fields !== undefined && checkpointIn(fields) !== undefined) this.note = fields.checkpoint;
  }

  pushOversized(): void {}
}
