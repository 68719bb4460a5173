/** How programs on the way may spell a value before it comes to a database: percent escapes, full-width letters, other quotes. */
import { percentDecode } from '../percent-decode.ts';
import { pilesMarks, withoutMarks } from '../../piled-marks.ts';

const NOT_ASCII = /[^\0-\x7f]/;
/** Of HTML, of JSON and JavaScript, and a quote behind a backslash. */
const ESCAPES =
  /&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|(quot|apos|nbsp|lpar|rpar|equals|semi|num));?|\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(['"]))/gi;
const NAMED = new Map(
  Object.entries({ quot: '"', apos: "'", nbsp: ' ', lpar: '(', rpar: ')', equals: '=', semi: ';', num: '#' }),
);
/** What best-fit code pages turn into an apostrophe. NFKC leaves them alone. */
const APOSTROPHES = /[\u02b9\u02bb\u02bc\u02c8\u2032\u2035]/g;
const PLUS = /\+/g;

/** The value as it is, and as it reads decoded. At most four, each different. */
export function sqlViews(value: string): readonly string[] {
  const decoded = countLone(value) >= MANY_LONE ? value.replace(LONE_PERCENT, '') : decodeTwice(value);
  const folded = foldQuotes(decoded);
  if (folded === value) return looksFormEncoded(value) ? [value, value.replace(PLUS, ' ')] : [value];
  const views = new Set([value, decoded, folded]);
  if (looksFormEncoded(value)) views.add(decodeTwice(value.replace(PLUS, ' ')));
  return [...views];
}

function decodeTwice(value: string): string {
  if (!value.includes('%')) return value;
  const once = percentDecode(value);
  if (once.kind === 'decoded') return once.text;
  // Malformed escapes stay as they are, the others are read.
  return lenient(lenient(value));
}

const ESCAPE = /%(?:u00)?([0-7][0-9a-f])/gi;

/** To MySQL the blank that does not break is one, also as the byte that is no UTF-8. */
const BLANK = /%a0/gi;

function lenient(value: string): string {
  return value.replace(BLANK, ' ').replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** ASP drops percent signs that escape nothing: `%U%N%I%O%N`. */
const LONE_PERCENT = /%(?![0-9a-f]{2})/gi;
const MANY_LONE = 6;

function countLone(value: string): number {
  return value.includes('%') ? (value.match(LONE_PERCENT)?.length ?? 0) : 0;
}

function foldQuotes(text: string): string {
  const unescaped = text.includes('&') || text.includes('\\') ? text.replace(ESCAPES, unescape) : text;
  if (!NOT_ASCII.test(unescaped)) return unescaped;
  const plain = pilesMarks(unescaped) ? withoutMarks(unescaped) : unescaped;
  return plain.normalize('NFKC').replace(APOSTROPHES, "'");
}

function unescape(
  escape: string,
  decimal?: string,
  hex?: string,
  name?: string,
  four?: string,
  two?: string,
  quote?: string,
): string {
  if (quote !== undefined) return quote;
  if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? escape;
  const digits = hex ?? four ?? two;
  const code = digits === undefined ? Number(decimal) : Number.parseInt(digits, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
}

/** A form writes blanks as `+`: there are several, and no blank. */
function looksFormEncoded(value: string): boolean {
  return value.includes('+') && !value.includes(' ');
}
