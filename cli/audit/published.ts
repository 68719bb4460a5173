/** `sallyport audit keys` and `audit witnessed`: what to hold an audit log of a cluster against, from its operator and not from its gate. */
import { type Command, Option } from 'commander';
import { parseVerifierKey } from '../../core/audit/note/note-keys.ts';
import { EXIT, usageError } from '../errors.ts';
import { addExample } from '../help.ts';
import { addClusterOptions, type ClusterOptions } from '../kubectl.ts';
import { following, readClusterKeys, readWitnessed, readWitnessKeys } from './cluster-evidence.ts';

interface Options extends ClusterOptions {
  readonly server?: string;
}

export function registerPublished(audit: Command): void {
  const keys = audit
    .command('keys')
    .description('Print the keys that the operator of a cluster has given to gates, for --key, by kubectl')
    .addOption(new Option('--server <name>', 'only of this server, as namespace/name'))
    .addOption(
      new Option('--trust <key>', 'only this key, and those that it leads to: each announced by the one before'),
    )
    .addOption(new Option('--witness', 'the keys that the operator witnesses with, instead'))
    .action(printKeys);
  addClusterOptions(keys);
  addExample(keys, 'sallyport audit keys --server finance/ledger > ledger.pub');
  const witnessed = audit
    .command('witnessed')
    .description('Print the checkpoints of audit logs that the operator of a cluster has witnessed, by kubectl')
    .addOption(new Option('--server <name>', 'only of this server, as namespace/name'))
    .addOption(new Option('--pod <name>', 'only of this pod: for the log of one, where others are not at hand'))
    .action(({ server, pod, ...where }: Options & { pod?: string }) => {
      const notes = readWitnessed(where, { server, pod });
      if (notes.length === 0) sayNone('nothing is witnessed', server);
      process.stdout.write(notes.join('\n'));
    });
  addClusterOptions(witnessed);
  addExample(witnessed, 'sallyport audit witnessed --server finance/ledger > monday.witnessed');
}

function printKeys({ server, trust, witness, ...where }: Options & { trust?: string; witness?: boolean }): void {
  if (witness === true) {
    print(readWitnessKeys(where));
    return;
  }
  const trusted = trust === undefined ? undefined : parseVerifierKey(trust);
  if (trust !== undefined && trusted === undefined)
    throw usageError('--trust is no verifier key', 'give a line of audit.pub: sallyport/…+1a2b3c4d+…');
  const all = readClusterKeys(where, server);
  const found = trusted === undefined ? all : following(all, trusted);
  if (found.length === 0) sayNone(trusted === undefined ? 'no key is published' : 'the key is not published', server);
  print(found.map(({ key }) => key.text));
  const alone = trusted === undefined ? found.filter(({ isAnnounced }) => isAnnounced === false) : [];
  for (const { key, server: of } of alone)
    process.stderr.write(
      `${key.text} of ${of} is announced by no other: the server, or the authority of the operator, was made again. Whoever wrote it must have been the operator, or somebody who may write in its namespace\n`,
    );
}

function sayNone(what: string, server: string | undefined): void {
  process.stderr.write(`${what}${server === undefined ? '' : ` of ${server}`}\n`);
  process.exitCode = EXIT.failure;
}

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
