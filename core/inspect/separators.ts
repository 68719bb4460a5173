/**
 * Does a value that is meant to be a name go on as a second command? Separators, pipes and redirections of POSIX shells, cmd and
 * PowerShell. Each of these characters has honest uses (`AT&T`, `Docs | Acme`, `text/html; charset=utf-8`, `a -> b`, `List<String>`),
 * which are told by what stands on either side of it.
 */
import { programKind } from './programs.ts';

export interface SyntaxFound {
  readonly reason: 'separator' | 'redirection';
  readonly start: number;
  readonly end: number;
}

/** `derived`: not as it was written, but as some program may read it: only what is a command there counts. Linear in the length. */
export function findSeparator(text: string, derived: boolean): SyntaxFound | undefined {
  OPERATOR.lastIndex = 0;
  for (let match = OPERATOR.exec(text); match !== null; match = OPERATOR.exec(text)) {
    const end = OPERATOR.lastIndex;
    if (isCommandBehind(text, match.index, end, match[0], derived))
      return { reason: 'separator', start: match.index, end };
  }
  return derived ? undefined : findRedirection(text);
}

const OPERATOR = /[;|&\n\r](?:[ \t]{0,8}[;|&\n\r])*/g;

function isCommandBehind(text: string, start: number, end: number, operator: string, derived: boolean): boolean {
  const before = text[start - 1];
  const word = wordAt(text, end);
  const kind = word.text === '' ? undefined : programKind(word.text);
  if (kind === 'technical') return true;
  if (kind === 'everyday' && !isProse(text, start, word, operator)) return true;
  if (derived) return false;
  const first = firstBehind(text, end);
  if (first === undefined) return operator === '|' || (operator === '&' && isBlank(before)) || MANY.test(operator);
  if (isInFront(text, start)) return operator !== '&' || isBlank(text[end]);
  if (MANY.test(operator)) return !(operator === '||' && VERSION.test(text.slice(end, end + 16)));
  if (operator === ';') return ENDS_CODE.has(before ?? '') || !isList(text, word, first);
  return !isBlank(before) && NO_NAME.has(first) && !PRICE.test(text.slice(end, end + 4));
}

/** `||`, `&&`, `;|`: more than one. */
const MANY = /[;|&\n\r][ \t]*[;|&\n\r]/;
/** `^6.4 || ^7`: a range of versions. */
const VERSION = /^\s{0,4}[~^<>=v]{0,3}[0-9*x]+(?:[.\s]|$)/;
/** A call, a substitution, a quotation or a pattern was closed, and then the statement. */
const ENDS_CODE = new Set([')', '`', '*', '"', "'", '}']);

function isInFront(text: string, start: number): boolean {
  return start <= 4 && INTRO.test(text.slice(0, start));
}

const INTRO = /^[\s"'`)$]*$/;

function firstBehind(text: string, end: number): string | undefined {
  FIRST.lastIndex = end;
  return FIRST.exec(text)?.[1];
}

const FIRST = /[ \t]*([^ \t])/y;

/** What follows `;` in lists, parameters and sentences: `a@x.com;b@x.com`, `; charset=utf-8`, `Fix login; add tests`. */
function isList(text: string, word: Word, first: string): boolean {
  return LETTER_OR_DIGIT.test(first) && text[word.end] !== '(' && text[word.end] !== '\\';
}

const LETTER_OR_DIGIT = /^[\p{L}\p{N}_#*]$/u;
/** `Basic|$5 a month` */
const PRICE = /^\$[0-9]/;
/** What no name goes on with. */
const NO_NAME = new Set(['/', '$', '`', '"', "'", '\\', '<', '>', '(', '{', '!', '~']);

/** An everyday word among other words, with nothing behind it that looks like an argument of a command. */
function isProse(text: string, start: number, word: Word, operator: string): boolean {
  if (operator.length > 1 || hasArguments(text, word.end)) return false;
  const before = text.slice(Math.max(0, start - 64), start).trimEnd();
  if (!PROSE_END.test(before)) return false;
  return operator === ';' ? before.includes(' ') && text.length > word.end : true;
}

const PROSE_END = /\p{L}[\p{L}\p{N}._+#-]*[\p{L}\p{N}+#.]$|(?:^|[\s&])\p{Lu}$/u;

/** Options, paths, URLs, variables, quotes, further operators, numbers: within the next words, up to the next separator. */
export function hasArguments(text: string, from: number): boolean {
  return ARGUMENT.test(text.slice(from, from + 160));
}

const ARGUMENT =
  /^(?:[+ \t][^\s;|&]*)??[+ \t]{1,8}(?:--?[A-Za-z0-9]|\+[A-Za-z%]|[a-z]{0,2}[=:]?["'`$<>|;&*]|\.{0,2}[/\\]|~\/|\/|[A-Za-z]:[\\/]|[a-z]{2,6}:\/\/|%[A-Za-z]|[0-9]{1,8}[smhd]?(?:$|[;|&#])|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[\w.-]+\.(?:sh|php|py|pl|exe|ps1|bat|conf|ini|txt|log)\b)/;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The word at `from`, without the blanks, quotes and brackets in front of it. */
export function wordAt(text: string, from: number): Word {
  LEAD.lastIndex = from;
  const start = LEAD.test(text) ? LEAD.lastIndex : from;
  WORD.lastIndex = start;
  const end = WORD.test(text) ? WORD.lastIndex : start;
  return { text: text.slice(start, end), start, end };
}

const LEAD = /[\s"'({@!.\\]{0,16}/y;
const WORD = /[A-Za-z0-9_.+/\\:[-]{1,256}/y;

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

/** `> file`, `>> file`, `< /etc/passwd`, `2>&1`, `<<EOF`, `<<<x`; not `a -> b`, `x => y`, `>=1.2`, `List<String>`, `Ada <ada@example.com>`. */
function findRedirection(text: string): SyntaxFound | undefined {
  const match = REDIRECTION.exec(text);
  if (match === null) return undefined;
  return { reason: 'redirection', start: match.index, end: match.index + match[0].length };
}

const REDIRECTION =
  /(?:^|[^-=>])>>[ \t]{0,8}[\w./~$"'&\\-]|(?:^|[^-=])>[|&]?[ \t]{0,8}(?:[/~$&\\]|[A-Za-z]:\\|\.{1,2}[/\\]|[\w-]{1,64}\.(?:txt|php\d?|sh|jsp|aspx?|html?|py|pl|rb|js|log|out|conf|cfg|ini|exe|bat|ps1|cmd|dll|war|csv|json|xml|ya?ml)\b)|<[ \t]{0,8}(?:\/(?:etc|proc|dev|var|root|home|tmp|usr|opt)\/|\.{2}\/|~\/)|<<<|<<-?[ \t]{0,8}['"]?[A-Za-z_]\w{0,16}['"]?(?:\s|$)|[0-2]>&[0-2-]/;
