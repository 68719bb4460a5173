/** What built-in commands of a shell do with their words beside printing them: variables that they set, texts that they evaluate. */
import type { SyntaxNode } from 'unbash';
import { expand, type Scope } from './expand.ts';
import type { Value } from './values.ts';

/** Bash 5.2, Shell Builtin Commands. */
const DECLARES = new Set(['export', 'declare', 'typeset', 'local', 'readonly']);
const EVALUATES = new Set([...DECLARES, 'let', 'test', '[', 'read', 'unset', 'wait', 'getopts']);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const EXPORTS = /^-[A-Za-z]*x/;

/** Of the variables that it sets, those that programs are started with. */
export function exportedBy(name: string, argv: readonly Value[], exportsAll = false): readonly string[] {
  const words = argv.slice(1).map(({ text }) => text);
  const names = namesSet(name, words).flatMap((word) => NAME.exec(word)?.[0] ?? []);
  const isExporting =
    exportsAll || name === 'export' || (DECLARES.has(name) && words.some((word) => EXPORTS.test(word)));
  return isExporting ? names : names.filter(isExportedAlready);
}

/** Bash 5.2, The Set Builtin: from then on whatever is assigned is exported (`-a`), or an argument that assigns is (`-k`). */
export function exportsAllBehind(name: string, argv: readonly Value[]): boolean {
  return name === 'set' && argv.some(({ text }, at) => at > 0 && (ALL.test(text) || ALL_BY_NAME.has(text)));
}

const ALL = /^-[A-Za-z]*[ak]/;
const ALL_BY_NAME = new Set(['allexport', 'keyword']);

/** Whoever sets it sets it for the shell itself, or for all that is started from then on wherever it was exported before. */
export function isExportedAlready(variable: string): boolean {
  return ALREADY.test(variable) || isCommandLine(variable);
}

const ALREADY = /^(?:PATH|PS[0-4]|BASH_ENV|LD_[A-Z_]+|DYLD_[A-Z_]+|PYTHON(?:PATH|STARTUP)|NODE_OPTIONS|LESSOPEN)$/;

/** Variables whose value is a command line to the shell, or to the programs that it starts. */
export function isCommandLine(variable: string): boolean {
  return COMMAND_LINES.has(variable);
}

const COMMAND_LINES = new Set([
  ...['PROMPT_COMMAND', 'PAGER', 'MANPAGER', 'EDITOR', 'VISUAL', 'BROWSER'],
  ...['GIT_SSH_COMMAND', 'GIT_PROXY_COMMAND', 'GIT_EXTERNAL_DIFF', 'GIT_EDITOR', 'GIT_SEQUENCE_EDITOR', 'GIT_PAGER'],
]);

/** The command lines that words such as `PAGER=less` give to variables. */
export function commandLinesSetBy(name: string, argv: readonly Value[]): readonly string[] {
  if (!DECLARES.has(name) && name !== 'env') return [];
  return argv.flatMap(({ text }) => {
    const variable = NAME.exec(text)?.[0] ?? '';
    return isCommandLine(variable) && text[variable.length] === '=' ? [text.slice(variable.length + 1)] : [];
  });
}

function namesSet(name: string, words: readonly string[]): readonly string[] {
  if (name === 'printf') return variableOf(words);
  return DECLARES.has(name) || name === 'read' || name === 'getopts' ? words : [];
}

/** `printf -v NAME`. */
function variableOf(words: readonly string[]): readonly string[] {
  const first = words[0] ?? '';
  if (!first.startsWith('-v')) return [];
  return first === '-v' ? words.slice(1, 2) : [first.slice(2)];
}

/** Words in which it looks for arithmetic or the subscript of a list, and so runs `$(…)` however it was quoted. */
export function evaluatedBy(name: string, argv: readonly Value[]): readonly string[] {
  const words = argv.slice(1).map(({ text }) => text);
  const looked = name === 'printf' ? variableOf(words) : EVALUATES.has(name) ? words : [];
  return looked.filter(holdsCode);
}

/** Texts in `[[ … ]]` and in arithmetic that are evaluated once more: the subscript of a list, whatever is a number. */
export function evaluatedIn(node: SyntaxNode, scope: Scope): readonly string[] {
  switch (node.type) {
    case 'TestUnary':
      return node.operator === '-v' || node.operator === '-R'
        ? [expand(node.operand, scope).text].filter(holdsCode)
        : [];
    case 'TestBinary':
      return NUMERIC.has(node.operator)
        ? [node.left, node.right].map((word) => expand(word, scope).text).filter(holdsCode)
        : [];
    case 'ArithmeticWord':
      return (node.parts ?? []).flatMap((part) =>
        part.type === 'SingleQuoted' && holdsCode(part.value) ? part.value : [],
      );
    default:
      return [];
  }
}

const NUMERIC = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);

/** A text that runs something where a shell evaluates it once more. */
export function holdsCode(text: string): boolean {
  return text.includes('$(') || text.includes('`');
}

/** A command line that runs what is in such a text, and nothing else. */
export function asCode(text: string): string {
  return `: "${text.replace(/["\\]/g, ' ')}"`;
}
