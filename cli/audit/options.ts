/** Options that several commands have. */
import { Option } from 'commander';

/** May be given several times; a list would swallow the files behind it. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

export function keyOption(what: string): Option {
  return listOption(
    '--key <key>',
    `verifier key of the gate (or of a witness), or a file of them (audit.pub): ${what}; repeatable`,
  );
}
