/** Completion for zsh, with descriptions; where nothing of ours fits, file names. */
import type { CommandNode } from './command-tree.ts';

export function zshScript(nodes: readonly CommandNode[]): string {
  return `#compdef sallyport
# Completion of sallyport for zsh. Load it with: source <(sallyport completion zsh)
_sallyport() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}" place='' word
  local -a candidates
  for word in "\${(@)words[2,CURRENT-1]}"; do
    # After -- comes a command that is not ours.
    if [[ $word == -- ]]; then _files; return; fi
    case "$place $word" in
${nodes
  .filter(({ path }) => path.length > 0)
  .map(
    ({ path }) => `      ${quote(`${path.slice(0, -1).join(' ')} ${path.at(-1)}`)}) place=${quote(path.join(' '))} ;;`,
  )
  .join('\n')}
    esac
  done
  case "$place $previous" in
${nodes.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${nodes.map(wordCase).join('\n')}
  esac
  if (( \${#candidates} )); then _describe 'sallyport' candidates; else _files; fi
}
if [[ "\${funcstack[1]}" == _sallyport ]]; then _sallyport "$@"; else compdef _sallyport sallyport; fi
`;
}

function valueCases({ path, options }: CommandNode): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const pattern = flags.map((flag) => quote(`${path.join(' ')} ${flag}`)).join(' | ');
      const reply = choices.length === 0 ? '_files' : `compadd -- ${choices.map(quote).join(' ')}`;
      return `    ${pattern}) ${reply}; return ;;`;
    });
}

function wordCase({ path, subcommands, choices, options }: CommandNode): string {
  const words = [...subcommands.map(({ name, description }) => described(name, description)), ...choices.map(quote)];
  const flags = options.flatMap((option) => option.flags.map((flag) => described(flag, option.description)));
  return `    ${quote(path.join(' '))})
      if [[ $current == -* ]]; then candidates=(${flags.join(' ')}); else candidates=(${words.join(' ')}); fi ;;`;
}

function described(word: string, description: string): string {
  return quote(`${word}:${description}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
