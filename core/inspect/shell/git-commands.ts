/** What git runs because its arguments say so (git 2.51: git-config(1), and the pages of its commands). */
import { UNKNOWN, type Value } from './values.ts';

/** Global options with the next word for their value. */
const TAKES_NEXT = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--super-prefix', '--config-env']);
/** Settings whose value is a command line. */
const RUNS =
  /^(?:core\.(?:sshcommand|pager|editor|fsmonitor|askpass|gitproxy|alternaterefscommand)|pager\..+|sequence\.editor|diff\.(?:external|.+\.(?:command|textconv))|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|gpg\.(?:.+\.)?program|(?:difftool|mergetool|browser|man|guitool)\..+\.(?:cmd|path)|sendemail\.sendmailcmd|uploadpack\.packobjectshook|remote\..+\.(?:uploadpack|receivepack)|interactive\.difffilter|trailer\..+\.(?:command|cmd)|tar\..+\.command)$/i;
/** Of these, only a value that begins so: other aliases are words of git, other helpers programs of its own. */
const RUNS_MARKED = /^(?:alias\..+|credential\.(?:.+\.)?helper|submodule\..+\.update)$/i;
const MARKED = /^!|^(?=\/)/;
/** Settings that lead to files with commands, or open the transport that is one. */
const LOADS = /^(?:core\.hookspath|init\.templatedir|include\.path|includeif\..+\.path|protocol\.(?:.+\.)?allow)$/i;
const NO_COMMAND = /^(?:true|false|auto|never|none|cat|user|default|)$/i;

const LONG = new Set([
  ...['upload-pack', 'receive-pack', 'exec', 'open-files-in-pager', 'extcmd', 'setup', 'env-filter', 'tree-filter'],
  ...['index-filter', 'parent-filter', 'msg-filter', 'commit-filter', 'tag-name-filter'],
]);
const LOADING = new Set(['exec-path', 'template', 'config-env']);
/** Letters that take a command line, by command of git. */
const SHORT: Readonly<Record<string, string>> = { clone: 'u', rebase: 'x', grep: 'O', difftool: 'x' };

/** `UNKNOWN` where it is in a file. */
export function commandsOfGit(argv: readonly Value[]): readonly string[] {
  const words = argv.map(({ text }) => text);
  const at = subcommandAt(words);
  const command = words[at] ?? '';
  const found: string[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    const next = words[i + 1] ?? '';
    if (word.startsWith('ext::')) found.push(word.slice(5));
    else if (word.startsWith('--')) found.push(...ofLong(word.slice(2), next));
    // Of `git -c` and `git clone -c`; to other commands it may be anything, which no setting looks like.
    else if (word === '-c') found.push(...ofSetting(next));
    else if (i > at && word.startsWith('-')) found.push(...ofShort(word, SHORT[command], next));
  }
  const behind = words.slice(at + 1);
  if (command === 'config') for (const [i, key] of behind.entries()) found.push(...ofPair(key, behind[i + 1]));
  if ((command === 'bisect' && behind[0] === 'run') || (command === 'submodule' && behind.includes('foreach')))
    found.push(behind.slice(behind.indexOf(command === 'bisect' ? 'run' : 'foreach') + 1).join(' '));
  return found.filter((line) => line !== '');
}

function subcommandAt(words: readonly string[]): number {
  let at = 1;
  while (words[at]?.startsWith('-')) at += TAKES_NEXT.has(words[at] as string) ? 2 : 1;
  return at;
}

function ofLong(option: string, next: string): readonly string[] {
  const equals = option.indexOf('=');
  const name = equals === -1 ? option : option.slice(0, equals);
  if (LOADING.has(name)) return equals === -1 ? [] : [UNKNOWN];
  if (name === 'config') return ofSetting(equals === -1 ? next : option.slice(equals + 1));
  return LONG.has(name) ? [equals === -1 ? next : option.slice(equals + 1)] : [];
}

function ofShort(word: string, letter: string | undefined, next: string): readonly string[] {
  if (letter === undefined || word[1] !== letter) return [];
  return [word.length > 2 ? word.slice(2) : letter === 'O' ? '' : next];
}

function ofSetting(setting: string): readonly string[] {
  const equals = setting.indexOf('=');
  return equals === -1 ? [] : ofPair(setting.slice(0, equals), setting.slice(equals + 1));
}

function ofPair(key: string, value: string | undefined): readonly string[] {
  if (value === undefined || NO_COMMAND.test(value)) return [];
  if (LOADS.test(key)) return [UNKNOWN];
  if (RUNS_MARKED.test(key)) return MARKED.test(value) ? [value.replace(MARKED, '')] : [];
  return RUNS.test(key) ? [value] : [];
}
