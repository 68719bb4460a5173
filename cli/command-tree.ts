/** What can be typed after `sallyport`, read off the program itself so that completion never lags behind it. */
import type { Command, Option } from 'commander';

export interface CommandNode {
  /** Words after `sallyport`; empty for the program itself. */
  path: string[];
  description: string;
  subcommands: { name: string; description: string }[];
  options: OptionNode[];
  /** Words that the first argument can be; empty where it is free. */
  choices: string[];
  takesArgument: boolean;
}

interface OptionNode {
  /** Such as `-f` and `--folder`. */
  flags: string[];
  description: string;
  takesValue: boolean;
  choices: string[];
}

export function commandTree(program: Command): CommandNode[] {
  return visit(program, []);
}

function visit(command: Command, path: string[]): CommandNode[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const node = {
    path,
    description: firstSentence(command.description()),
    subcommands: subcommands.map((sub) => ({ name: sub.name(), description: firstSentence(sub.description()) })),
    options: help.visibleOptions(command).map(optionNode),
    choices: [...(command.registeredArguments[0]?.argChoices ?? [])],
    takesArgument: command.registeredArguments.length > 0,
  };
  return [node, ...subcommands.flatMap((sub) => visit(sub, [...path, sub.name()]))];
}

function optionNode({ short, long, description, required, optional, argChoices }: Option): OptionNode {
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description: firstSentence(description),
    takesValue: required || optional,
    choices: [...(argChoices ?? [])],
  };
}

/** One line without characters that a shell would take for its own. */
function firstSentence(text: string): string {
  return (text.split(/[.:;](?:\s|$)|\s\(/)[0] ?? '').replaceAll(/[^\p{L}\p{N} ,/()_-]/gu, '');
}
