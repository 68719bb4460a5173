/** Parts of a value that a shell replaces before it runs anything: substitutions, variables, braces and wildcards. */
import { programKind } from './programs.ts';
import { wordAt } from './separators.ts';

export interface SubstitutionFound {
  readonly reason: 'substitution' | 'variable' | 'wildcard';
  readonly start: number;
  readonly end: number;
}

/** Linear in the length. */
export function findSubstitution(text: string): SubstitutionFound | undefined {
  return (
    found('substitution', SUBSTITUTION.exec(text)) ??
    findTicks(text) ??
    found('variable', VARIABLE.exec(text)) ??
    found('variable', WINDOWS_VARIABLE.exec(text)) ??
    findBraces(text) ??
    found('wildcard', WILDCARD.exec(text))
  );
}

function found(reason: SubstitutionFound['reason'], match: RegExpExecArray | null): SubstitutionFound | undefined {
  return match === null ? undefined : { reason, start: match.index, end: match.index + match[0].length };
}

/** `$(…)`, `${…}`, `$'…'`; `<(…)` and `>(…)`; a function's head. */
const SUBSTITUTION = /\$(?:[({]|'\\)|(?:^|[\s;|&=A-Za-z])[<>]\([a-z/]|\(\)[ \t]{0,4}\{/;

/** A backtick alone is an accent. In a sentence, a pair of them is Markdown as long as what it quotes is no program. */
function findTicks(text: string): SubstitutionFound | undefined {
  if (!text.includes('`') || isQuotedName(text)) return undefined;
  TICKS.lastIndex = 0;
  for (let match = TICKS.exec(text); match !== null; match = TICKS.exec(text)) {
    const end = TICKS.lastIndex;
    if (!isMarkdown(text, match.index, end)) return { reason: 'substitution', start: match.index, end };
  }
  return undefined;
}

/** `shop`.`orders` and `project.dataset.table`, as MySQL and BigQuery quote them. */
function isQuotedName(text: string): boolean {
  return QUOTED_NAME.test(text) && !text.split(NO_WORD).some((part) => programKind(part) !== undefined);
}

const QUOTED_NAME = /^`[A-Za-z_][\w-]*`(?:\.`[A-Za-z_][\w-]*`){0,2}$|^`[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){1,3}`$/;
const NO_WORD = /[`.]/;
const TICKS = /`[^`]*`/g;

function isMarkdown(text: string, start: number, end: number): boolean {
  const quoted = wordAt(text, start + 1);
  if (quoted.text === '' || programKind(quoted.text) !== undefined || quoted.end >= end) return false;
  const before = text.slice(Math.max(0, start - 64), start);
  const after = text.slice(end, end + 64);
  return BEFORE_QUOTE.test(before) && AFTER_QUOTE.test(after) && WORDS.test(before + after);
}

const BEFORE_QUOTE = /(?:^|[\s([,:])$/;
const AFTER_QUOTE = /^(?:$|[\s)\],.:?!]|'s)/;
/** Two words of a sentence. */
const WORDS = /[A-Za-z]{2,32}[^`]*\s[^`]*[A-Za-z]{2}/;

// Not every dollar: `Outer$Inner`, `$LATEST`, `$default`, `$AAPL`, `US$ 5`.
const VARIABLE =
  /\$(?:IFS|HOME|PATH|SHELL|USER|LOGNAME|PWD|OLDPWD|HOSTNAME|HOSTTYPE|BASH\w{0,16}|ENV|TMPDIR|TERM|RANDOM|SECONDS|UID|EUID|PPID|LD_\w{2,16}|GIT_\w{2,32}|SSH_\w{2,32}|AWS_\w{2,32}|\w{0,32}(?:_TOKEN|_SECRET|_PASSWORD|_KEY)|PS[1-4])(?![A-Za-z0-9_])|\$(?:_(?:GET|POST|REQUEST|COOKIE|SERVER|SESSION|FILES|ENV)\b|env:[A-Za-z]|[@!*](?=[\s\w/"'$]|$)|_(?=[a-z]{0,8}\+?[/$]))|[a-z]\$\$[a-z]|[a-z]\$[0-9][a-z]/i;

// Not every pair of percent signs: `%john%` is a pattern.
const WINDOWS_VARIABLE =
  /%(?:SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|USERPROFILE|USERNAME|USERDOMAIN|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|COMMONPROGRAMFILES|TEMP|TMP|PATH|PATHEXT|HOMEDRIVE|HOMEPATH|COMPUTERNAME|OS|CD|RANDOM|ALLUSERSPROFILE|PUBLIC|[A-Za-z_]\w{0,32}:~?[^%\s]{1,32})%|![A-Z]{3,32}!/i;

/** `{cat,/etc/passwd}` is a command with its argument; `*.{ts,tsx}` and `{a, b}` are patterns and sets. */
function findBraces(text: string): SubstitutionFound | undefined {
  if (!text.includes('{')) return undefined;
  BRACES.lastIndex = 0;
  for (let match = BRACES.exec(text); match !== null; match = BRACES.exec(text)) {
    const parts = (match[2] ?? '').split(',');
    if (parts.length > 1 && parts.some(isCommandPart) && parts.every((part) => !part.includes(':'))) {
      return { reason: 'substitution', start: match.index, end: BRACES.lastIndex };
    }
  }
  return undefined;
}

const BRACES = /(^|[\s;|&=`'"(])\{([^{}\s]{1,256})\}/g;

function isCommandPart(part: string, index: number, parts: readonly string[]): boolean {
  if (index > 0) return PATH_OR_OPTION.test(part);
  return (
    part === '' || programKind(part.replace(QUOTING, '')) !== undefined || (parts.length > 1 && part.startsWith('-'))
  );
}

const PATH_OR_OPTION = /^(?:-[A-Za-z]|\/[a-z?*[]|~\/)/;
const QUOTING = /["'\\]/g;

// A name of one letter for each `?`: `/???/??t`, `/bin/c?t`, `/etc/pass*`, `/etc/[p]asswd`, `/[?]tc`, `/[e//]tc`.
const WILDCARD =
  /\/\[(?:[?*]|[a-z]?\/{1,32})\][a-z]|[a-z/]\[!?[a-z]\][a-z]{0,16}(?:\/|$)|\/[a-z]{0,16}\[!?[a-z]\][a-z]|\/[a-z?*]{0,16}\?{1,16}[a-z?*]{0,16}\/|\/\?{2,16}|(?:^|[\s"'=+])\/(?:bin|sbin|usr|etc|proc|dev|root|home|boot|var\/log|et\*|e\*c|b\*n)\/?[a-z0-9_./]{0,64}[*?[]/i;
