/** Checks a command line of the documentation against the program itself. */
import type { Command, Option } from 'commander';

/** What is wrong with `sallyport` and these words, or undefined. `whole`: nothing that is required may be left out. */
export function faultOf(program: Command, words: readonly string[], whole: boolean): string | undefined {
  let command = program;
  let at = 0;
  for (; at < words.length; at++) {
    const next = command.commands.find((sub) => sub.name() === words[at]);
    if (next === undefined) break;
    command = next;
  }
  if (command === program && words.length === 1 && ['--version', '-V', '--help', 'help'].includes(words[0] ?? '')) {
    return undefined;
  }
  if (command.commands.length > 0 && (whole || at < words.length)) return `no command ${words.join(' ')}`;
  return whole || at < words.length ? faultOfRest(command, words.slice(at), whole) : undefined;
}

function faultOfRest(command: Command, words: readonly string[], whole: boolean): string | undefined {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const positional: string[] = [...words.slice(end + 1)];
  const given = new Set<Option>();
  for (let at = 0; at < end; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-') {
      positional.push(word);
      continue;
    }
    if (word === '--help') continue;
    // Those of the group that a command is in may stand behind it.
    const known = [...command.options, ...(command.parent?.options ?? [])];
    const option = known.find(({ long, short }) => long === word || short === word);
    if (option === undefined) return `${command.name()} has no option ${word}`;
    given.add(option);
    if (!option.required) continue;
    at++;
    const value = words[at];
    if (at >= end) {
      if (whole) return `${word} needs a value`;
    } else if (option.argChoices !== undefined && !option.argChoices.includes(value ?? '')) {
      return `${value} is no choice of ${word}`;
    }
  }
  return whole ? missing(command, positional, given) : undefined;
}

function missing(command: Command, positional: readonly string[], given: ReadonlySet<Option>): string | undefined {
  const option = command.options.find(({ mandatory }) => mandatory);
  if (option !== undefined && !given.has(option)) return `${command.name()} needs ${option.long}`;
  const { registeredArguments } = command;
  const needed = registeredArguments.filter(({ required }) => required).length;
  const most = registeredArguments.some(({ variadic }) => variadic) ? Infinity : registeredArguments.length;
  if (positional.length >= needed && positional.length <= most) return undefined;
  return `${command.name()} takes ${needed} to ${most} arguments, not ${positional.length}`;
}

/** The words after each `sallyport` of a line of shell. For helm it is the name of a release, for kubectl the category of our kinds. */
export function callsIn(line: string): string[][] {
  const code = line.replace(/(^|\s)#.*$/, '').replace(/\s>\s\S+/, '');
  if (/^\s*(?:helm|kubectl) /.test(code)) return [];
  return Array.from(code.matchAll(/(?<=^|[\s(])sallyport(?: ([^|;&)]*))?(?=$|[|;&)])/g), ([, rest = '']) =>
    Array.from(rest.matchAll(/"[^"]*"|'[^']*'|\S+/g), ([word]) => word),
  );
}

/** The words after `kubectl sallyport` of a line of shell. */
export function pluginCallsIn(line: string): string[][] {
  return line.startsWith('kubectl sallyport ') ? callsIn(line.slice('kubectl '.length)) : [];
}
