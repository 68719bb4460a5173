/**
 * A name as the programs on its way may read it. `written` views are what a careful program sees: entities of HTML replaced, percent
 * escapes decoded. `derived` ones take a less careful program: C escapes, look-alikes folded, quotes and carets gone.
 * Each is as long as the value or shorter, folding aside, and there are at most ten: the budget is their number.
 */
import { foldLookAlikes } from './look-alikes.ts';

export interface View {
  readonly text: string;
  readonly derived: boolean;
  /** Quotes and escapes inside of words are gone: what is a command only now was disguised. */
  readonly bare: boolean;
}

export interface IdentifierViews {
  readonly views: readonly View[];
  readonly problem: 'malformed-encoding' | 'nested-encoding' | undefined;
}

const MOST_LAYERS = 3;

export function identifierViews(value: string): IdentifierViews {
  const views = new Map<string, View>();
  const add = (text: string, derived: boolean, bare = false): void => {
    if (!views.has(text)) views.set(text, { text, derived, bare });
  };
  const plain = decodeEntities(value);
  add(plain, false);
  let decoded = plain;
  let problem: IdentifierViews['problem'];
  for (let layer = 0; decoded.includes('%'); layer++) {
    if (OVERLONG.test(decoded)) problem = 'malformed-encoding';
    const next = decodePercent(decoded);
    if (next === decoded) break;
    if (layer === MOST_LAYERS) {
      problem ??= 'nested-encoding';
      break;
    }
    decoded = next;
    add(decoded, false);
  }
  const written = [...views.values()];
  for (const { text } of written) {
    add(decodeEntities(text), true);
    add(decodeEscapes(text), true);
    if (NOT_ASCII.test(text)) add(foldLookAlikes(text), true);
    if (PLUS_FOR_BLANK.test(text)) add(text.replaceAll('+', ' '), true);
  }
  // Of the last layer alone: a disguise inside of an encoding was decoded above.
  const bared = foldLookAlikes(decoded).replace(QUOTING, '');
  if (bared !== decoded) add(bared, true, true);
  return { views: [...views.values()], problem };
}

const NOT_ASCII = /[^\0-\x7f]/;
// Not `C++`, `v1+build`, `a+b@example.com`.
const PLUS_FOR_BLANK = /[A-Za-z]\+[/~$.-]/;

// Lead bytes that no UTF-8 has, or has only for what is spelled too long (RFC 3629 §3).
const OVERLONG = /%c[01]%[89ab][0-9a-f]|%e0%[89][0-9a-f]%|%f0%8[0-9a-f]%/i;
const RUN = /%u[0-9a-f]{4}|(?:%[0-9a-f]{2})+/gi;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One layer. What is no UTF-8 stays (`%ab%` is a pattern), apart from the ASCII in it. */
function decodePercent(text: string): string {
  return text.replace(RUN, (run) => {
    if (run[1] === 'u' || run[1] === 'U') return String.fromCharCode(Number.parseInt(run.slice(2), 16));
    try {
      return utf8.decode(Buffer.from(run.replaceAll('%', ''), 'hex'));
    } catch {
      return run.replace(ASCII_ESCAPE, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
    }
  });
}

const ASCII_ESCAPE = /%[0-7][0-9a-f]/gi;

const ENTITY = /&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi;
const NAMED = new Map(
  Object.entries({
    lt: '<',
    gt: '>',
    amp: '&',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    semi: ';',
    colon: ':',
    lpar: '(',
    rpar: ')',
    lbrace: '{',
    lcub: '{',
    rcub: '}',
    vert: '|',
    verbar: '|',
    dollar: '$',
    grave: '`',
    num: '#',
    excl: '!',
    percnt: '%',
    sol: '/',
    bsol: '\\',
    period: '.',
    newline: '\n',
    tab: '\t',
  }),
);

/** One layer, of the entities that are syntax to somebody (HTML §13.5). */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (entity: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return (entity.endsWith(';') ? NAMED.get(name.toLowerCase()) : undefined) ?? entity;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

const ESCAPE = /\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|0?([0-7]{3})|([nrt;|&`$]))/gi;
const CONTROL = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Of C, JavaScript and `echo -e`. */
function decodeEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    ESCAPE,
    (escape: string, four?: string, braced?: string, two?: string, octal?: string, one?: string) => {
      if (one !== undefined) return CONTROL.get(one.toLowerCase()) ?? one;
      const hex = four ?? braced ?? two;
      const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
    },
  );
}

// Quotes, backslashes in front of letters, carets of cmd, ticks of PowerShell and expansions to nothing: `w'h'o\am^i`, `c$@at`, `c${x}at`.
const QUOTING = /["'`^]|\\(?=[A-Za-z])|\$(?:[@*!$_]|[0-9]|\{[A-Za-z_0-9@*]{0,32}\}|\(\))(?=[A-Za-z/])/g;
