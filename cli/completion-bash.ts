/** Completion for bash 3.2 and newer; where nothing of ours fits, file names. */
import type { CommandNode } from './command-tree.ts';

export function bashScript(nodes: readonly CommandNode[]): string {
  return `# Completion of sallyport for bash. Load it with: source <(sallyport completion bash)
_sallyport() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    # After -- comes a command that is not ours.
    [[ $word == -- ]] && return
    case "$path $word" in
${nodes
  .filter(({ path }) => path.length > 0)
  .map(
    ({ path }) =>
      `      ${quote([...[path.slice(0, -1).join(' ')], path.at(-1)].join(' '))}) path=${quote(path.join(' '))} ;;`,
  )
  .join('\n')}
    esac
  done
  case "$path $previous" in
${nodes.flatMap(valueCases).join('\n')}
  esac
  case "$path" in
${nodes.map(wordCase).join('\n')}
  esac
}
complete -o default -F _sallyport sallyport
`;
}

/** After an option that takes a value: its choices, or nothing of ours, so that bash offers files. */
function valueCases({ path, options }: CommandNode): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const pattern = flags.map((flag) => quote(`${path.join(' ')} ${flag}`)).join(' | ');
      const reply = choices.length === 0 ? '' : `COMPREPLY=($(compgen -W ${quote(choices.join(' '))} -- "$current")); `;
      return `    ${pattern}) ${reply}return ;;`;
    });
}

function wordCase({ path, subcommands, choices, options }: CommandNode): string {
  const words = [...subcommands.map(({ name }) => name), ...choices].join(' ');
  const flags = options.flatMap((option) => option.flags).join(' ');
  return `    ${quote(path.join(' '))})
      if [[ $current == -* ]]; then COMPREPLY=($(compgen -W ${quote(flags)} -- "$current"))
      else COMPREPLY=($(compgen -W ${quote(words)} -- "$current")); fi ;;`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
