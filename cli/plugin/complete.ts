/**
 * What kubectl offers after `kubectl sallyport`: from 1.26 on it asks a program `kubectl_complete-sallyport` in the PATH, with the words
 * typed so far, and reads a candidate a line, with its description behind a tab, and a line `:N` at the end, of which 4 means that files are
 * none (https://github.com/spf13/cobra/blob/main/site/content/completions/_index.md).
 */
import type { Command } from 'commander';
import { type CommandNode, commandTree } from '../command-tree.ts';
import type { Where } from './cluster.ts';

const NO_FILES = ':4';
const FILES = ':0';

/** `words`: all that is typed behind the name of the plugin, the last one begun or empty. `namesIn`: of what waits there. */
export function completionOf(
  program: Command,
  words: readonly string[],
  namesIn: (where: Where) => readonly string[],
): string {
  const typed = words.slice(0, -1);
  const begun = words.at(-1) ?? '';
  const { node, values } = placeOf(commandTree(program), typed);
  const option = node.options.find(({ flags }) => flags.includes(typed.at(-1) ?? ''));
  if (option?.takesValue === true) {
    const isFile = option.flags.includes('--kubeconfig');
    return answer(
      option.choices.map((name) => ({ name })),
      begun,
      isFile ? FILES : NO_FILES,
    );
  }
  if (begun.startsWith('-')) {
    const flags = node.options.flatMap(({ flags: names, description }) => names.map((name) => ({ name, description })));
    return answer(flags, begun, NO_FILES);
  }
  if (node.subcommands.length > 0) return answer(node.subcommands, begun, NO_FILES);
  const names = node.takesArgument && values.length === 0 ? namesIn(whereOf(typed)) : [];
  return answer(
    names.map((name) => ({ name })),
    begun,
    NO_FILES,
  );
}

interface Candidate {
  readonly name: string;
  readonly description?: string;
}

function answer(candidates: readonly Candidate[], begun: string, end: string): string {
  const lines = candidates
    .filter(({ name }) => name.startsWith(begun))
    .map(({ name, description = '' }) => (description === '' ? name : `${name}\t${description}`));
  return [...lines, end, ''].join('\n');
}

/** The command that the words name, and the words behind it that belong to no option. */
function placeOf(tree: readonly CommandNode[], words: readonly string[]): { node: CommandNode; values: string[] } {
  let node = tree[0] as CommandNode;
  const values: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const option = node.options.find(({ flags }) => flags.includes(word));
    if (option?.takesValue === true) at++;
    if (word.startsWith('-')) continue;
    const path = [...node.path, word].join(' ');
    const next = tree.find((other) => other.path.join(' ') === path);
    if (next === undefined) values.push(word);
    else node = next;
  }
  return { node, values };
}

const PLACES: ReadonlyMap<string, 'namespace' | 'context' | 'kubeconfig' | 'as'> = new Map([
  ['-n', 'namespace'],
  ['--namespace', 'namespace'],
  ['--context', 'context'],
  ['--kubeconfig', 'kubeconfig'],
  ['--as', 'as'],
]);

function whereOf(words: readonly string[]): Where {
  return Object.fromEntries(
    words.flatMap((word, at) => {
      const [flag = '', joined] = word.split('=', 2);
      const place = PLACES.get(flag);
      const value = joined ?? words[at + 1];
      return place === undefined || value === undefined ? [] : [[place, value] as const];
    }),
  );
}
