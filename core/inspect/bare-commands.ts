/** A command without any separator in front of it: a server that puts the value where a program's name goes, or that asks a shell, runs it. */
import { programKind } from './programs.ts';
import { hasArguments, wordAt } from './separators.ts';

/** `cat /etc/passwd`, `nc -lvp 4444 -e /bin/sh`, `type C:\boot.ini`. Not `whoami` alone, which is an image. Linear in the length. */
export function findBareCommand(text: string): { start: number; end: number } | undefined {
  const word = wordAt(text, 0);
  const batch = BATCH.exec(text);
  if (batch !== null) return { start: 0, end: batch[0].length };
  if (word.text === '' || !NO_CAPITAL.test(word.text)) return undefined;
  const kind = programKind(word.text);
  if (kind === undefined) return undefined;
  // A quotation was closed in front of it.
  if (kind === 'technical' && CLOSED.test(text)) return { start: 0, end: word.end };
  const rest = text.slice(word.end, word.end + 160);
  if (HISTORY.test(text)) return { start: 0, end: word.end };
  // `time sh -c …`: what starts another says nothing of it.
  if (STARTS_ANOTHER.has(word.text)) return findBareCommand(rest.trimStart()) && { start: word.start, end: word.end };
  const isCommand =
    kind === 'technical'
      ? hasArguments(text, word.end) || SHELL_SCRIPT.test(word.text)
      : INLINE_CODE.test(rest) || REACHES.test(rest);
  return isCommand ? { start: word.start, end: word.end } : undefined;
}

const STARTS_ANOTHER = new Set([
  'time',
  'env',
  'exec',
  'command',
  'builtin',
  'nice',
  'nohup',
  'setsid',
  'xargs',
  'sudo',
]);
/** The last command of that name (bash, HISTORY EXPANSION). */
const HISTORY = /^![a-z]{2,16}$/;
const CLOSED = /^(?:["'`)]{1,4}\s|!)/;
/** Statements of cmd, aliases, what waits, accounts of Windows, and the remote of git that is a command. */
const BATCH =
  /^\s{0,8}(?:for\s{1,16}(?:\/[dflr]\s{1,16}(?:\S{1,64}\s{1,16})?)?%{1,2}[a-z]\s{1,16}in\s{0,4}\(|if\s{1,8}(?:\/i\s{1,8})?(?:not\s{1,8})?(?:(?:defined|exist|errorlevel)\s|\(?(?:"[^"]{0,64}"|%{1,2}\w{1,32}%?|[0-9]{1,8})\)?\s{0,8}(?:==|equ|neq|lss|leq|gtr|geq)\s)|alias\s{1,8}["']?\w{1,32}["']?=|(?:u?sleep|timeout(?:\s{1,4}\/t)?)\s{1,4}[0-9]{1,8}[smhd]?$|net1?\s{1,8}(?:user|localgroup|group|view|use|share|start|stop|accounts|session)(?:\s|$)|(?:ext|fd)::)/i;

/** `Cat`, at the beginning of a title, but `CAT` and a path with capitals. */
const NO_CAPITAL = /[/\\]|^[^A-Z]+$|^[^a-z]+$/;
const SHELL_SCRIPT = /^\/(?:usr\/)?bin\/(?:ba|da|z|k|c)?sh$/;
/** Of interpreters and tools: code on the command line, or something outside of the working directory. */
const INLINE_CODE =
  /^(?:\s{1,4}-[A-Za-z]\w{0,16}){0,2}\s{1,4}(?:-[A-Za-z]{0,4}[cer]|--eval|-enc|-EncodedCommand|\/c)(?:\s|["'=]|$)/i;
const REACHES =
  /^(?:\s{1,4}[^\s]{1,40}){0,3}?\s{1,4}(?:["'$<>]|\/(?:etc|proc|dev|var|root|home|tmp|usr|bin|opt|\s|$)|~\/|\.\.\/|[A-Za-z]:\\|%[A-Za-z]|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:https?|ftp|tcp):\/\/)/;

/** A word that is a command only without the quotes and escapes that were put into it. */
export function findDisguised(bared: string, written: string): boolean {
  const word = wordAt(bared, 0);
  if (word.text === '' || programKind(word.text) === undefined) return false;
  // Written the same way it is no disguise but a quotation.
  return (
    !written.includes(word.text) &&
    (word.text.length > 2 || word.text.toLowerCase() === 'id' || word.text.toLowerCase() === 'ls')
  );
}
