/** What built-in commands of a shell do with their words beside printing them: variables that they set, texts that they evaluate. */
import type { Value } from './values.ts';

/** Bash 5.2, Shell Builtin Commands. */
const DECLARES = new Set(['export', 'declare', 'typeset', 'local', 'readonly']);
const EVALUATES = new Set([...DECLARES, 'let', 'test', '[', 'read', 'unset', 'wait', 'getopts']);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const EXPORTS = /^-[A-Za-z]*x/;

/** Of the variables that it sets, those that programs are started with. */
export function exportedBy(name: string, argv: readonly Value[]): readonly string[] {
  const words = argv.slice(1).map(({ text }) => text);
  const names = namesSet(name, words).flatMap((word) => NAME.exec(word)?.[0] ?? []);
  const isExporting = name === 'export' || (DECLARES.has(name) && words.some((word) => EXPORTS.test(word)));
  return isExporting ? names : names.filter(isExportedAlready);
}

/** Whoever sets it sets it for all that is started from then on. */
export function isExportedAlready(variable: string): boolean {
  return variable === 'PATH';
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

/** A text that runs something where a shell evaluates it once more. */
export function holdsCode(text: string): boolean {
  return text.includes('$(') || text.includes('`');
}

/** A command line that runs what is in such a text, and nothing else. */
export function asCode(text: string): string {
  return `: "${text.replace(/["\\]/g, ' ')}"`;
}
