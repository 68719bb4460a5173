/**
 * Command lines that programs are given by their options, settings and scripts, and run: whoever may start `tar` may start anything by
 * `--to-command`. From the manuals of the programs; the kind is called GTFOBins after the list of them.
 */
import { commandLinesSetBy } from './builtins.ts';
import { commandsOfGit } from './git-commands.ts';
import { commandsOfSed } from './sed-commands.ts';
import { UNKNOWN, type Value } from './values.ts';

interface Options {
  /** Long ones, without dashes. */
  readonly long?: readonly string[];
  /** Letters, or words behind one dash: their value is glued to them or the next word. */
  readonly short?: readonly string[];
  /** What a value has to be, with the command line as its first group; undefined: all of it. */
  readonly value?: RegExp;
  /** Such of its words, with the command line as its first group. */
  readonly word?: RegExp;
  /** A value that runs nothing else. */
  readonly harmless?: RegExp;
}

const SSH_SETTING = /^\s*(?:ProxyCommand|LocalCommand|KnownHostsCommand)[\s=]+(?!\s*none\b)(.+)/is;
const SQL_SHELL = /\\!\s*([^\n]+)|\bprogram\s+'([^']+)'/i;

const PROGRAMS: ReadonlyMap<string, Options> = new Map<string, Options>([
  [
    'tar',
    {
      long: [
        'to-command',
        'use-compress-program',
        'rsh-command',
        'info-script',
        'new-volume-script',
        'checkpoint-action',
      ],
      short: ['I', 'F'],
      value: /^(?:exec=)?(?!(?:echo|dot|sleep|ttyout|totals|bell)\b)(.+)/s,
      harmless: /^(?:gzip|pigz|p?bzip2|lbzip2|p?xz|zstd(?:mt)?|lz4|lzip|lzma|lzop|brotli)(?:\s+-\S+)*$/,
    },
  ],
  ['ssh', { short: ['o'], value: SSH_SETTING }],
  ['scp', { short: ['o'], value: SSH_SETTING }],
  ['sftp', { short: ['o'], value: SSH_SETTING }],
  ['rsync', { long: ['rsh'], short: ['e'], harmless: /^ssh(?:\s+-(?!o)\S+|\s+[^-\s]\S*)*$/ }],
  ['zip', { long: ['unzip-command'], short: ['TT'] }],
  ['tcpdump', { short: ['z'] }],
  ['man', { long: ['pager', 'html'], short: ['P', 'H'], harmless: /^(?:cat|less|more)$/ }],
  ['bat', { long: ['pager'], harmless: /^(?:cat|less|more|never|builtin)$/ }],
  ['rg', { long: ['pre', 'hostname-bin'] }],
  ['sort', { long: ['compress-program'] }],
  ['split', { long: ['filter'] }],
  ['wget', { long: ['use-askpass'] }],
  ['make', { long: ['eval'], word: /^SHELL=(.+)/ }],
  ['go', { short: ['exec', 'toolexec'] }],
  ['cargo', { long: ['config'], value: /(?:rustc(?:-workspace)?-wrapper|runner|linker)\s*=\s*["']*([^"']+)/ }],
  ['pip', { long: ['editor'] }],
  ['npm', { long: ['call', 'script-shell'], short: ['c'] }],
  ['npx', { long: ['call', 'script-shell'], short: ['c'] }],
  [
    'apt',
    {
      short: ['o'],
      long: ['option'],
      value: /^\s*(?:\S{0,64}(?:Invoke|::Run)[^\s=]{0,64}|Dir::Bin::[^\s=]{1,64})=(.+)/is,
    },
  ],
  ['dpkg', { long: ['pre-invoke', 'post-invoke', 'status-logger'] }],
  ['psql', { word: SQL_SHELL }],
  ['mysql', { word: /(?:\\!|(?:^|;)\s*system)\s+([^\n]+)/i }],
  ['sqlite3', { word: /^\s*\.(?:shell|system)\s+([^\n]+)/ }],
  ['gdb', { word: /^(?:!|shell\s|pipe\s)\s*([^\n]+)/ }],
  ['vim', { word: /^(?:\+|:)*\s*(?:sil(?:ent)?!?\s*)?!\s*([^\n]+)/ }],
  ['awk', { word: /\|&?\s*"([^"\n]+)"|"([^"\n]+)"\s*\|&?\s*getline/ }],
  ['expect', { word: /\b(?:spawn|exec|system)\s+([^\n;]+)/ }],
  ['socat', { word: /\b(?:exec|system|shell):["']?([^,"']+)/i }],
  ['nc', { long: ['exec', 'sh-exec'], short: ['e', 'c'] }],
  ['xterm', { short: ['e'] }],
]);

const ALIASES: Readonly<Record<string, string>> = {
  ...{ gtar: 'tar', bsdtar: 'tar', batcat: 'bat', gmake: 'make', pip3: 'pip', 'apt-get': 'apt', mariadb: 'mysql' },
  ...{
    vi: 'vim',
    nvim: 'vim',
    view: 'vim',
    ex: 'vim',
    gawk: 'awk',
    mawk: 'awk',
    nawk: 'awk',
    ncat: 'nc',
    netcat: 'nc',
  },
};

/** `UNKNOWN` where only the running program knows. */
export function commandsByOption(name: string, argv: readonly Value[]): readonly string[] {
  if (name === 'git') return commandsOfGit(argv);
  if (name === 'sed' || name === 'gsed') return commandsOfSed(argv);
  const set = commandLinesSetBy(name, argv);
  if (set.length > 0) return set;
  const options = PROGRAMS.get(ALIASES[name] ?? name);
  return options === undefined ? [] : argv.flatMap((_, at) => (at === 0 ? [] : commandsAt(argv, at, options)));
}

function commandsAt(argv: readonly Value[], at: number, options: Options): readonly string[] {
  const { text } = argv[at] as Value;
  const command =
    text.startsWith('-') && text.length > 1
      ? valueOf(text, argv[at + 1]?.text ?? '', options)
      : groupOf(options.word?.exec(text));
  if (command === undefined || command === '' || options.harmless?.test(command)) return [];
  return [command];
}

function valueOf(option: string, next: string, { long = [], short = [], value, word }: Options): string | undefined {
  const given = option.startsWith('--') ? longValue(option.slice(2), next, long) : shortValue(option, next, short);
  if (given === undefined) return groupOf(word?.exec(option));
  return value === undefined ? given : groupOf(value.exec(given));
}

function longValue(option: string, next: string, long: readonly string[]): string | undefined {
  const equals = option.indexOf('=');
  if (!long.includes(equals === -1 ? option : option.slice(0, equals))) return undefined;
  return equals === -1 ? next : option.slice(equals + 1);
}

function shortValue(option: string, next: string, short: readonly string[]): string | undefined {
  for (const name of short) {
    if (!option.startsWith(name, 1)) continue;
    const glued = option.slice(1 + name.length);
    if (glued === '') return next;
    // Of words behind one dash, as Go has them.
    if (name.length > 1) return glued.startsWith('=') ? glued.slice(1) : undefined;
    return glued;
  }
  return undefined;
}

function groupOf(match: RegExpExecArray | null | undefined): string | undefined {
  return match === null || match === undefined
    ? undefined
    : (match.slice(1).find((group) => group !== undefined) ?? UNKNOWN);
}
