/** What no call may do, whichever programs are allowed. */
import { isMetadataService } from '../metadata-services.ts';
import { codeProblem } from './code-text.ts';
import { type Call, hasOption, operands, type ShellProblem } from './call.ts';
import { readsCredentials } from './credentials.ts';
import { isDestructive } from './destruction.ts';
import { writtenKind } from './files.ts';
import { isHarmlessSetUp, isOneEach } from './set-up.ts';
import { outputOf } from './output.ts';
import { NOTHING, type Origin, type Value } from './values.ts';
import { isInterpreter, isShell } from './wrappers.ts';

export function problemOf(call: Call): ShellProblem | undefined {
  return (
    networkProblem(call) ??
    writeProblem(call) ??
    (readsCredentials(call) ? 'credential-file' : undefined) ??
    (isDestructive(call) ? 'destructive' : undefined)
  );
}

const CONNECTS = new Set(['nc', 'ncat', 'netcat', 'nc.traditional', 'nc.openbsd', 'telnet', 'socat', 'openssl']);
const SOCKET = /^\/dev\/(?:tcp|udp)\//;
/** The services that hand out the credentials of a machine of AWS, Google, Azure, Alibaba. */
const METADATA =
  /169\.254\.169\.254|\[?fd00:ec2::254\]?|metadata\.google\.internal|100\.100\.100\.200|(?:\/\/|^)(?:2852039166|0xa9fea9fe|0251\.0376\.0251\.0376)(?=[:/]|$)/i;
function networkProblem({ name, argv, input, written, read }: Call): ShellProblem | undefined {
  if (read.some(({ text }) => SOCKET.test(text)) || written.some(({ path }) => SOCKET.test(path.text)))
    return 'reverse-shell';
  if (CONNECTS.has(name)) {
    if (input?.shell === true || startsShell(name, argv)) return 'reverse-shell';
  }
  if (isInterpreter(name) && !isShell(name)) {
    for (const { text } of argv) {
      const problem = codeProblem(text);
      if (problem !== undefined) return problem;
    }
    if (argv.some(({ text }) => ENCODED_COMMAND.test(text)) && POWERSHELL.test(name)) return 'runs-decoded';
  }
  if (RUNS_URL.has(name) && argv.some(({ text }) => /https?:|javascript:/i.test(text))) return 'runs-download';
  if (isFetch(name) && argv.some(({ text }) => METADATA.test(text) || leadsToMetadata(text))) return 'metadata-service';
  return undefined;
}

const LONGEST_URL = 2048;
const URL_LIKE = /^(?:https?:\/\/)?(\[?[\w.:-]{1,255}\]?)(?:[:/?#\ufffc]|$)/i;

/** By any spelling of its address, as curl reads it. */
function leadsToMetadata(word: string): boolean {
  if (word.length > LONGEST_URL || word.startsWith('-')) return false;
  const host = URL_LIKE.exec(word)?.[1];
  const hostname = host === undefined ? undefined : URL.parse(`http://${host}/`)?.hostname;
  return hostname !== undefined && isMetadataService(hostname.replace(/^\[|\]$/g, ''));
}

const POWERSHELL = /^(?:pwsh|powershell)$/i;
const ENCODED_COMMAND = /^[-/]e(?:c|nc|ncod[a-z]{0,16})?$/i;
/** Of Windows: they run what is at an address. */
const RUNS_URL = new Set(['mshta', 'regsvr32', 'rundll32', 'msiexec']);

function isFetch(name: string): boolean {
  return (
    name === 'curl' ||
    name.startsWith('wget') ||
    name === 'http' ||
    name === 'xh' ||
    name === 'aria2c' ||
    CONNECTS.has(name)
  );
}

/** `nc -e /bin/sh`, `ncat --sh-exec …`, `socat TCP:… EXEC:/bin/bash`. */
function startsShell(name: string, argv: readonly Value[]): boolean {
  if (name === 'socat') return argv.some(({ text }) => SOCAT_SHELL.test(text));
  if (
    !hasOption(argv, /[ec]/, 'exec') &&
    !hasOption(argv, /[ec]/, 'sh-exec') &&
    !argv.some(({ text }) => text.startsWith('--sh-exec='))
  )
    return false;
  return argv.some(({ text }, at) => at > 0 && SHELL_NAME.test(text));
}

const SOCAT_SHELL = /\b(?:exec|system|shell):.{0,256}\b(?:(?:ba|da|z|k|a)?sh|cmd|powershell)\b/i;
const SHELL_NAME = /(?:^|[\s/\\=])(?:(?:ba|da|z|k|a|c|tc)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?)(?:$|\s)/;

function writeProblem(call: Call): ShellProblem | undefined {
  for (const { path, appends, content } of writesOf(call)) {
    const kind = writtenKind(path.text);
    if (kind === undefined || kind === 'credential-file') continue;
    if (kind === 'device') return 'destructive';
    if (
      kind === 'start-up-file' &&
      (appends || isOneEach(path.text)) &&
      (content.setUp || isHarmlessSetUp(content.text, path.text))
    )
      continue;
    return kind;
  }
  // A table of jobs from standard input.
  return call.name === 'crontab' && call.input !== undefined && operands(call.argv).every(({ text }) => text === '-')
    ? 'start-up-file'
    : undefined;
}

interface Write {
  readonly path: Value;
  readonly appends: boolean;
  readonly content: Origin;
}

/** By redirection, and by the programs that write to the files they are given. */
function* writesOf(call: Call): Generator<Write> {
  const { name, argv, input = NOTHING } = call;
  if (call.written.length > 0) {
    const content = outputOf(call);
    for (const { path, appends } of call.written) yield { path, appends, content };
  }
  const files = operands(argv);
  if (name === 'tee' || name === 'sponge') {
    const appends = hasOption(argv, /a/, 'append');
    for (const path of files) yield { path, appends, content: input };
  } else if (name === 'dd') {
    for (const { text, ...rest } of argv)
      if (text.startsWith('of=')) yield { path: { ...rest, text: text.slice(3) }, appends: false, content: input };
  } else if (name === 'cp' || name === 'mv' || name === 'install' || name === 'ln' || name === 'rsync') {
    const path = files.at(-1);
    if (path !== undefined && files.length > 1) yield { path, appends: false, content: NOTHING };
  } else if ((name === 'sed' || name === 'perl') && argv.some(({ text }) => /^-[a-z]*i|^--in-place/.test(text))) {
    for (const path of files) yield { path, appends: false, content: NOTHING };
  } else if (name === 'curl' || name.startsWith('wget')) {
    const at = argv.findIndex(({ text }) =>
      (name === 'curl' ? /^(?:-[a-zA-Z]*o|--output)$/ : /^(?:-[a-zA-Z]*O|--output-document)$/).test(text),
    );
    const path = at === -1 ? undefined : argv[at + 1];
    if (path !== undefined) yield { path, appends: false, content: NOTHING };
  }
}
