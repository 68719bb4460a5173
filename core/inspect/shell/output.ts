/** What comes out of a program, as far as it matters to whoever runs it as code. */
import { joined, NOTHING, type Origin, SOMETHING, type Value } from './values.ts';
import { type Call, hasOption, operands } from './call.ts';

const FETCHES = new Set(
  (
    'curl wget wget2 fetch lynx w3m links elinks http https httpie xh aria2c ftp tftp nc ncat netcat telnet socat ' +
    'dig nslookup invoke-webrequest iwr invoke-restmethod irm GET'
  ).split(' '),
);
const COPIES = new Set(
  (
    'cat tee head tail sed grep awk gawk sort uniq cut pv dd sponge perl jq col dos2unix buffer nl paste column ' +
    'fold fmt expand less more xargs'
  ).split(' '),
);

export function outputOf(call: Call): Origin {
  const { name, argv, input = NOTHING } = call;
  // A group: what its parts print.
  if (name === '') return input;
  if (FETCHES.has(name) || (name === 'openssl' && argv[1]?.text === 's_client'))
    return toStandardOutput(name, argv) ? { ...SOMETHING, fetched: true, decoded: input.decoded } : NOTHING;
  if (decodes(name, argv)) return { ...SOMETHING, fetched: input.fetched, decoded: true };
  if (name === 'echo' || name === 'printf') return { ...argumentsOf(argv), text: printed(name, argv) };
  if (name === 'cat' && argv.length === 1) return input;
  if (COPIES.has(name)) return { ...SOMETHING, ...joined(input, argumentsOf(argv)), text: undefined };
  return { ...SOMETHING, setUp: argv.slice(1).some(({ text }) => SET_UP.test(text)) };
}

/** How tools print what a shell is to load: `starship init bash`, `gh completion -s zsh`, `ssh-agent -s`, `brew shellenv`. */
const SET_UP =
  /^-{0,2}(?:init|completions?|complete|hook|alias|shellenv|shell-init|activate|env|print-completion|generate-completion|generate-shell-completion|script|integration)(?:$|[=-])/;

function argumentsOf(argv: readonly Value[]): Origin {
  let from = NOTHING;
  for (let at = 1; at < argv.length; at++) from = joined(from, (argv[at] as Value).from);
  return from === NOTHING ? SOMETHING : { ...from, setUp: false };
}

/** `-o file` and `-O` write elsewhere; `-o -` and wget's `-O -`, `-qO-` do not. */
function toStandardOutput(name: string, argv: readonly Value[]): boolean {
  if (name.startsWith('wget'))
    return argv.some(
      ({ text }, at) =>
        (/^-[A-Za-z]*O-?$/.test(text) && (text.endsWith('-') || argv[at + 1]?.text === '-')) ||
        /^--output-document=(?:-|\/dev\/stdout)$/.test(text) ||
        (text === '--output-document' && argv[at + 1]?.text === '-'),
    );
  if (name !== 'curl') return true;
  const at = argv.findIndex(({ text }) => CURL_OUTPUT.test(text));
  return at === -1 || STANDARD_OUTPUT.test(argv[at]?.text ?? '') || STANDARD_OUTPUT.test(argv[at + 1]?.text ?? '');
}

const CURL_OUTPUT = /^(?:-[A-Za-z#]*[oO]|--output(?:=.*)?|--remote-name(?:-all)?)$/s;
const STANDARD_OUTPUT = /^(?:--output=)?(?:-|\/dev\/(?:stdout|fd\/1))$/;

function decodes(name: string, argv: readonly Value[]): boolean {
  switch (name) {
    case 'base64':
    case 'base32':
    case 'basenc':
      return hasOption(argv, /[dD]/, 'decode');
    case 'xxd':
      return hasOption(argv, /r/, 'revert');
    case 'openssl':
      return argv.some(({ text }) => text === '-d' || text === '-decrypt');
    case 'gpg':
      return hasOption(argv, /d/, 'decrypt');
    case 'tr':
    case 'rev':
    case 'uudecode':
    case 'gunzip':
    case 'zcat':
    case 'xzcat':
    case 'bzcat':
    case 'unxz':
    case 'bunzip2':
    case 'iconv':
    case 'certutil':
      return true;
    default:
      return /^(?:gzip|xz|bzip2|zstd)$/.test(name) && hasOption(argv, /d/, 'decompress');
  }
}

function printed(name: string, argv: readonly Value[]): string | undefined {
  if (name === 'printf') return formatted(argv.slice(1));
  let at = 1;
  let escapes = false;
  for (; /^-[neE]+$/.test(argv[at]?.text ?? ''); at++) escapes ||= argv[at]?.text.includes('e') === true;
  const text = argv
    .slice(at)
    .map((value) => value.text)
    .join(' ');
  return `${escapes ? unescape(text) : text}\n`;
}

/** `%s` and `%b` alone: what else a format does is numbers. */
function formatted([format, ...rest]: readonly Value[]): string | undefined {
  if (format === undefined) return '';
  let used = 0;
  const text = unescape(format.text).replace(/%(?:%|[sb])/g, (part) =>
    part === '%%' ? '%' : (rest[used++]?.text ?? ''),
  );
  return used === 0 || used >= rest.length
    ? text
    : text +
        rest
          .slice(used)
          .map((value) => value.text)
          .join('');
}

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|u([0-9a-fA-F]{4})|(.))/gs,
    (_, hex?: string, octal?: string, unicode?: string, one?: string) => {
      if (one !== undefined) return ESCAPES.get(one) ?? one;
      return String.fromCharCode(
        hex === undefined && unicode === undefined
          ? Number.parseInt(octal ?? '', 8)
          : Number.parseInt(hex ?? unicode ?? '', 16),
      );
    },
  );
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
]);

/** Whether an interpreter is given no script, and so reads it from its standard input. */
export function readsScript(argv: readonly Value[]): boolean {
  const [first] = operands(argv);
  return first === undefined || first.text === '-' || first.text === '/dev/stdin' || hasOption(argv, /s/, 'stdin');
}
