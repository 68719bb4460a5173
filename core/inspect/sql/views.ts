/** How programs on the way may spell a value before it comes to a database: percent escapes, full-width letters, other quotes. */
import { percentDecode } from '../percent-decode.ts';
import { pilesMarks, withoutMarks } from '../../piled-marks.ts';

const NOT_ASCII = /[^\0-\x7f]/;
const QUOTE_ESCAPES = /&(?:#0{0,5}39|#x0{0,4}27|apos|#0{0,5}34|#x0{0,4}22|quot);|\\u00(?:27|22)|\\x2[27]|\\['"]/gi;
/** What best-fit code pages turn into an apostrophe. NFKC leaves them alone. */
const APOSTROPHES = /[\u02b9\u02bb\u02bc\u02c8\u2032\u2035]/g;
const PLUS = /\+/g;

/** The value as it is, and as it reads decoded. At most four, each different. */
export function sqlViews(value: string): readonly string[] {
  const decoded = decodeTwice(value);
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

function lenient(value: string): string {
  return value.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function foldQuotes(text: string): string {
  const unescaped = text.includes('&') || text.includes('\\') ? text.replace(QUOTE_ESCAPES, asQuote) : text;
  if (!NOT_ASCII.test(unescaped)) return unescaped;
  const plain = pilesMarks(unescaped) ? withoutMarks(unescaped) : unescaped;
  return plain.normalize('NFKC').replace(APOSTROPHES, "'");
}

function asQuote(escape: string): string {
  return /39|27|apos|'/i.test(escape) ? "'" : '"';
}

/** A form writes blanks as `+`: there are several, and no blank. */
function looksFormEncoded(value: string): boolean {
  return value.includes('+') && !value.includes(' ');
}
