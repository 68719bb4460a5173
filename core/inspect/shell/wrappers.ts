/** Programs whose arguments are another command: what they are given is what runs. */
import { programName } from '../programs.ts';
import type { Value } from './values.ts';

interface Wrapper {
  /** Letters of options that take a value. */
  readonly short?: string;
  /** Long options that take their value as the next word. */
  readonly long?: readonly string[];
  /** How many words stand before the command. */
  readonly words?: number;
  /** `NAME=value` before the command. */
  readonly assigns?: true;
}

// After the manuals of sudo 1.9, GNU coreutils 9, findutils 4.10, util-linux 2.40, strace 6.
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  [
    'sudo',
    {
      short: 'ugChpTRrtD',
      long: ['user', 'group', 'host', 'prompt', 'chdir', 'chroot', 'role', 'type'],
      assigns: true,
    },
  ],
  ['doas', { short: 'uC' }],
  ['env', { short: 'uC', long: ['unset', 'chdir'], assigns: true }],
  ['command', {}],
  ['builtin', {}],
  ['exec', { short: 'a' }],
  ['nohup', {}],
  ['setsid', {}],
  ['time', { short: 'fo' }],
  ['timeout', { short: 'ks', long: ['kill-after', 'signal'], words: 1 }],
  ['nice', { short: 'n', long: ['adjustment'] }],
  ['ionice', { short: 'cnp' }],
  ['chrt', { short: 'TPD', words: 1 }],
  ['taskset', { short: 'c', words: 0 }],
  ['stdbuf', { short: 'ioe' }],
  ['unbuffer', {}],
  [
    'xargs',
    {
      short: 'IiLlnPsdEa',
      long: ['arg-file', 'delimiter', 'max-args', 'max-procs', 'max-lines', 'replace', 'max-chars'],
    },
  ],
  ['parallel', { short: 'jSnNI' }],
  ['chroot', { words: 1 }],
  ['runuser', { short: 'ugG' }],
  ['setpriv', { long: ['reuid', 'regid'] }],
  ['nsenter', { short: 'tSG' }],
  ['unshare', { short: 'SG' }],
  ['systemd-run', { short: 'pEuMHt' }],
  ['systemd-inhibit', {}],
  ['strace', { short: 'eopsuPEaIXS' }],
  ['ltrace', { short: 'eopsuaAlnD' }],
  ['busybox', {}],
  ['toybox', {}],
  ['fakeroot', {}],
  ['proxychains', { short: 'f' }],
  ['proxychains4', { short: 'f' }],
  ['torsocks', {}],
  ['torify', {}],
  ['xvfb-run', { short: 'nesfp' }],
  ['firejail', {}],
  ['flock', { short: 'wE', words: 1 }],
  ['entr', {}],
  ['caffeinate', { short: 'tw' }],
  ['noglob', {}],
  ['pkexec', { long: ['user'] }],
  ['setarch', { words: 1 }],
]);

/** The commands among the arguments; none where the program is no wrapper, or was given none. */
export function unwrap(name: string, argv: readonly Value[]): readonly (readonly Value[])[] {
  if (name === 'find' || name === 'fd' || name === 'fdfind') return executed(argv);
  // `command -v x` only asks.
  if (name === 'command' && /^-[vV]/.test(argv[1]?.text ?? '')) return [];
  const wrapper = WRAPPERS.get(name);
  if (wrapper === undefined) return [];
  const at = commandAt(argv, wrapper);
  return at < argv.length ? [argv.slice(at)] : [];
}

function commandAt(argv: readonly Value[], { short = '', long = [], words = 0, assigns }: Wrapper): number {
  let left = words;
  let at = 1;
  for (; at < argv.length; at++) {
    const { text } = argv[at] as Value;
    if (text === '--') {
      at += 1 + left;
      break;
    }
    if (text.startsWith('-') && text.length > 1) {
      if (takesNext(text, short, long)) at++;
    } else if (assigns !== undefined && ASSIGNMENT.test(text)) {
      continue;
    } else if (left > 0) {
      left--;
    } else {
      break;
    }
  }
  return at;
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;

function takesNext(option: string, short: string, long: readonly string[]): boolean {
  if (option.startsWith('--')) return long.includes(option.slice(2));
  // In `-un`, where `u` takes a value, that is `n`.
  const first = Array.from(option.slice(1)).findIndex((letter) => short.includes(letter));
  return first === option.length - 2;
}

/** `find … -exec COMMAND ;`, `fd -x COMMAND`. */
function executed(argv: readonly Value[]): readonly (readonly Value[])[] {
  const commands: (readonly Value[])[] = [];
  for (let at = 1; at < argv.length; at++) {
    if (!EXECUTES.has(argv[at]?.text ?? '')) continue;
    let end = at + 1;
    while (end < argv.length && !ENDS.has(argv[end]?.text ?? '')) end++;
    if (end > at + 1) commands.push(argv.slice(at + 1, end));
    at = end;
  }
  return commands;
}

const EXECUTES = new Set(['-exec', '-execdir', '-ok', '-okdir', '-x', '-X', '--exec', '--exec-batch']);
const ENDS = new Set([';', '+', '\\;']);

const SHELLS = new Set('sh bash dash ash zsh ksh mksh csh tcsh fish rbash'.split(' '));
const INTERPRETERS = new Set(
  'python perl ruby node nodejs php lua deno bun pwsh powershell osascript tclsh awk gawk'.split(' '),
);

export function isShell(name: string): boolean {
  return SHELLS.has(name);
}

/** Shells among them: whatever takes its program from standard input where it is given none. */
export function isInterpreter(name: string): boolean {
  return SHELLS.has(name) || INTERPRETERS.has(name.replace(VERSION, ''));
}

const VERSION = /[0-9][0-9.]*$/;

/** The text that the arguments have a shell run: of `sh -c`, `eval`, `trap`, `su -c`, `watch`, `ssh`. */
export function codeArgument(name: string, argv: readonly Value[]): Value | undefined {
  if (name === 'eval') return all(argv.slice(argv[1]?.text === '--' ? 2 : 1));
  if (name === 'trap') return argv.length > 2 ? argv.slice(1).find(({ text }) => !text.startsWith('-')) : undefined;
  if (name === 'watch') return all(argv.slice(commandAt(argv, { short: 'nq', long: ['interval'] })));
  if (name === 'ssh') return all(argv.slice(commandAt(argv, { short: 'BbcDEeFIiJLlmOopQRSWw', words: 1 })));
  if (!(SHELLS.has(name) || TAKES_CODE.has(name))) return undefined;
  const at = argv.findIndex(({ text }, index) => index > 0 && CODE_OPTION.test(text));
  return at === -1 ? undefined : argv[at + 1];
}

const TAKES_CODE = new Set(['su', 'runuser', 'script', 'flock', 'sg']);
// `-lc`, `-ec`, `--command`; not `--color`.
const CODE_OPTION = /^(?:-[A-Za-z]*c|--command)$/;

function all(values: readonly Value[]): Value | undefined {
  const [first] = values;
  if (first === undefined) return undefined;
  return values.length === 1
    ? first
    : { text: values.map(({ text }) => text).join(' '), from: first.from, isFile: false };
}

/** `-split string` of env: a command line in one word. */
export function splitString(name: string, argv: readonly Value[]): string | undefined {
  if (name !== 'env') return undefined;
  const at = argv.findIndex(({ text }) => SPLIT.test(text));
  if (at === -1) return undefined;
  const { text } = argv[at] as Value;
  const inline = text.replace(SPLIT, '').replace(/^=/, '');
  return inline === '' ? argv[at + 1]?.text : inline;
}

const SPLIT = /^(?:-[iv0]*S|--split-string)/;

/** Of the first word, as it is called: without folder, ending and the backslash that avoids an alias. */
export function calledName(text: string): string {
  return programName(text.startsWith('\\') ? text.slice(1) : text);
}
