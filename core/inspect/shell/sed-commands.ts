/** The command lines in a script of sed that it gives a shell: `e`, and the flag `e` of `s` (GNU sed 4.9 §3.8, §3.3). */
import { UNKNOWN, type Value } from './values.ts';

/** `UNKNOWN` where only sed knows. */
export function commandsOfSed(argv: readonly Value[]): readonly string[] {
  return scriptsOf(argv.map(({ text }) => text)).flatMap(commandsIn);
}

/** Of `-e` and `--expression`; without them the first word that is no option, as long as there is no file of them either. */
function scriptsOf(words: readonly string[]): readonly string[] {
  const given = words.flatMap((word, at) => {
    if (/^-[nErsuz]*e$/.test(word) || word === '--expression') return [words[at + 1] ?? ''];
    return GLUED.test(word) ? [word.replace(GLUED, '')] : [];
  });
  if (given.length > 0 || words.some((word) => /^(?:-[nErsuz]*f|--file)/.test(word))) return given;
  return words
    .slice(1)
    .filter((word) => !word.startsWith('-'))
    .slice(0, 1);
}

const GLUED = /^(?:-[nErsuz]*e(?=.)|--expression=)/;

/** Linear in the length. */
function commandsIn(script: string): readonly string[] {
  const found: string[] = [];
  let at = 0;
  while (at < script.length) {
    at = behindAddresses(script, at);
    const command = script[at];
    if (command === undefined) break;
    at += 1;
    if (command === 's' || command === 'y') {
      const end = behindPart(script, behindPart(script, at + 1, script[at]), script[at]);
      FLAGS.lastIndex = end;
      const flags = FLAGS.exec(script)?.[0] ?? '';
      if (command === 's' && flags.includes('e')) found.push(UNKNOWN);
      at = end + flags.length;
    } else if (command === 'e') {
      const end = lineEnd(script, at);
      found.push(script.slice(at, end).trim() || UNKNOWN);
      at = end;
    } else if (TAKES_LINE.has(command)) at = lineEnd(script, at);
    else if (TAKES_LABEL.has(command)) at = nextSeparator(script, at);
  }
  return found;
}

const FLAGS = /[gpiImMe0-9]*/y;
const TAKES_LINE = new Set(['a', 'i', 'c', 'r', 'R', 'w', 'W', '#']);
const TAKES_LABEL = new Set([':', 'b', 't', 'T']);
const BETWEEN = /[\s;{}!,~+$0-9I]*/y;

function behindAddresses(script: string, from: number): number {
  let at = from;
  for (;;) {
    BETWEEN.lastIndex = at;
    at += BETWEEN.exec(script)?.[0].length ?? 0;
    if (script[at] === '/') at = behindPart(script, at + 1, '/');
    else if (script[at] === '\\') at = behindPart(script, at + 2, script[at + 1]);
    else return at;
  }
}

/** Behind the delimiter that ends what begins at `from`. */
function behindPart(script: string, from: number, delimiter: string | undefined): number {
  for (let at = from; at < script.length; at++) {
    if (script[at] === '\\') at += 1;
    else if (script[at] === delimiter) return at + 1;
  }
  return script.length;
}

function lineEnd(script: string, from: number): number {
  const end = script.indexOf('\n', from);
  return end === -1 ? script.length : end;
}

function nextSeparator(script: string, from: number): number {
  let at = from;
  while (at < script.length && script[at] !== ';' && script[at] !== '\n') at++;
  return at;
}
