/** Completion for fish, with descriptions. */
import type { CommandNode } from './command-tree.ts';

export function fishScript(nodes: readonly CommandNode[]): string {
  return `# Completion of sallyport for fish. Load it with: sallyport completion fish | source
# Prints the words that name a command, such as "approvals list"; fails after --, where another command begins.
function __sallyport_place
    set -l place ''
    for word in (commandline -opc)[2..-1]
        test "$word" = --; and return 1
        switch "$place $word"
${nodes
  .filter(({ path }) => path.length > 0)
  .map(
    ({ path }) =>
      `            case ${quote(`${path.slice(0, -1).join(' ')} ${path.at(-1)}`)}\n                set place ${quote(path.join(' '))}`,
  )
  .join('\n')}
        end
    end
    echo $place
end
function __sallyport_at
    set -l place (__sallyport_place)
    and test "$place" = "$argv[1]"
end
${nodes.flatMap(completions).join('\n')}
`;
}

function completions({ path, subcommands, choices, options }: CommandNode): string[] {
  const at = `complete -c sallyport -n ${quote(`__sallyport_at ${quote(path.join(' '))}`)}`;
  const exclusive = subcommands.length + choices.length > 0 ? ' -f' : '';
  return [
    ...subcommands.map(({ name, description }) => `${at} -f -a ${quote(name)} -d ${quote(description)}`),
    ...choices.map((choice) => `${at}${exclusive} -a ${quote(choice)}`),
    ...options.map(({ flags, description, takesValue, choices: values }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      const value = !takesValue ? '' : values.length === 0 ? ' -r' : ` -x -a ${quote(values.join(' '))}`;
      return `${at} ${names.join(' ')}${value} -d ${quote(description)}`;
    }),
  ];
}

/** Inside single quotes fish reads only \\' and \\\\ as escapes. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
