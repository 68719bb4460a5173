/**
 * Is this value a path inside the declared folders? A lexical answer: symbolic links, mounts and case-insensitive file
 * systems are the server's side of it.
 *
 * The value is read as every program on the way might read it (views): as it is, percent-decoded, with look-alikes folded,
 * without blanks and quotes around it, with `\` as separator and with `\` as escape. Every view must stay
 * inside; nothing is cut off before it is compared, because what one view cuts off is another one's path.
 */
import { pilesMarks } from '../piled-marks.ts';
import { evidenceOf, type Finding, wholeSpan } from './finding.ts';
import { hasForeignEscape, hidesPath } from './foreign-escapes.ts';
import { findHiddenCharacter } from './hidden-characters.ts';
import { cutToBytes, foldLookAlikes } from './look-alikes.ts';
import { PathRoots } from './path-roots.ts';
import { percentDecode } from './percent-decode.ts';
import { pathSyntaxFinding } from './path-syntax.ts';

export const PATH_REASONS = [
  'too-long',
  'hidden-character',
  'piled-marks',
  'malformed-encoding',
  'nested-encoding',
  'foreign-encoding',
  'disguised-dots',
  'odd-segment',
  'scheme',
  'drive-or-share',
  'home-or-variable',
  'outside-roots',
] as const;

export type PathReason = (typeof PATH_REASONS)[number];

export interface PathFinding extends Finding {
  readonly detector: 'path';
  readonly reason: PathReason;
}

/** PATH_MAX of Linux. It also bounds the work: everything below is linear in the length. */
const LONGEST = 4096;

/** One value as programs may read it. It depends on nothing but the value, so it can be held against any roots. */
export interface PathReading {
  readonly value: string;
  /** Each has to stay inside. */
  readonly readings: readonly string[];
  /** What is wrong with it once all of these do. */
  readonly problem: PathReason | undefined;
  readonly detail: string | undefined;
  /** What it cost to find this out, in characters gone through. */
  readonly work: number;
}

/** `roots` are absolute POSIX paths. */
export function inspectPath(value: string, roots: readonly string[]): PathFinding | undefined {
  return judgePath(readPath(value), new PathRoots(roots));
}

export function judgePath(
  { value, readings, problem, detail }: PathReading,
  roots: PathRoots,
): PathFinding | undefined {
  for (const reading of readings) if (!roots.hold(reading)) return finding('outside-roots', value, roots.written);
  return problem === undefined ? undefined : finding(problem, value, roots.written, detail);
}

export function readPath(value: string): PathReading {
  if (value.length > LONGEST) return refused(value, 'too-long', 1);
  if (isPlain(value)) return { value, readings: [value], problem: undefined, detail: undefined, work: 0 };
  // Measured: each of the checks below goes through the value a few times.
  const work = (value.includes('\\') ? 12 : 4) * value.length;
  if (hasForeignEscape(value)) return refused(value, 'foreign-encoding', work);
  // Before the verdict on percent signs: for `%TEMP%`, "a variable" is a better answer than "malformed".
  const written = pathSyntaxFinding(value);
  if (written !== undefined) return refused(value, written, work);
  const percent = percentDecode(value);
  if (percent.kind === 'malformed') return refused(value, 'malformed-encoding', work);
  if (percent.kind === 'nested') return refused(value, 'nested-encoding', work);

  const decoded = percent.kind === 'decoded' ? percent.text : value;
  if (DOTS_AT_RUIN.test(decoded)) return refused(value, 'malformed-encoding', work);
  if (pilesMarks(decoded)) return refused(value, 'piled-marks', work);
  const hidden = findHiddenCharacter(decoded);
  if (hidden !== undefined) return refused(value, 'hidden-character', work, hidden);
  if (hidesPath(decoded)) return refused(value, 'foreign-encoding', work);
  return readViews(value, decoded, work);
}

function refused(value: string, problem: PathReason, work: number, detail?: string): PathReading {
  return { value, readings: [], problem, detail, work };
}

/**
 * Segments of letters, digits, `_`, `-` and dots that are not in front: every program reads such a path in the one way it is
 * written. Two spellings of other paths are made of the same characters: `0x2e` and Base64.
 */
const PLAIN = /^\/?[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*\/?$/;
const HEX_PREFIX = /0x/i;

function isPlain(value: string): boolean {
  return PLAIN.test(value) && !HEX_PREFIX.test(value) && !hidesPath(value);
}

function readViews(value: string, decoded: string, before: number): PathReading {
  const views = new Set([value, decoded]);
  const climbs = countClimbs(value);
  let work = before;
  if (NOT_ASCII.test(decoded)) {
    const folded = foldLookAlikes(decoded);
    // One character may become 18 (U+FDFA).
    work += 4 * folded.length;
    // U+FF05 is a percent sign to whoever folds before decoding.
    if (folded !== decoded && (percentDecode(folded).kind !== 'plain' || hasForeignEscape(folded)))
      return refused(value, 'foreign-encoding', work);
    views.add(folded);
    // Climbing is allowed as long as it stays inside; climbing in disguise never is. Bytes are asked for nothing else:
    // one letter in a hundred cut to a byte is a separator, so that any name could come out absolute.
    if (countClimbs(folded) > climbs || countClimbs(cutToBytes(decoded)) > climbs)
      return refused(value, 'disguised-dots', work);
  }
  if (countClimbs(decoded) > climbs) return refused(value, 'disguised-dots', work);

  const all: string[] = [];
  let problem: PathReason | undefined;
  for (const view of views) {
    work += 2 * view.length;
    problem = pathSyntaxFinding(view);
    if (problem !== undefined) break;
    for (const reading of readingsOf(view)) {
      all.push(reading);
      work += reading.length;
    }
  }
  return { value, readings: all, problem, detail: undefined, work };
}

// A percent sign that is no escape is a name's business (`100%.txt`), except where it stands for a separator.
// Question marks are what some converters leave of a dot they could not map.
const DOTS_AT_RUIN = /[.?]{2}%|%[0-9A-Fa-f][.?]{2}/;
const NOT_ASCII = /[^\0-\x7f]/;

/** `view` with and without blanks and quotes around it, each with `\` as a name's character, as separator and as escape. */
function readingsOf(view: string): Set<string> {
  const all = new Set([view, view.trim(), unwrap(view)]);
  // What is added has no `\\` any more, so the loop ends.
  for (const text of all) {
    if (!text.includes('\\')) continue;
    all.add(text.replaceAll('\\', '/'));
    all.add(text.replaceAll('\\', ''));
  }
  return all;
}

/** Servers trim and unquote what models paste: `"/etc/passwd"` is absolute to them. */
function unwrap(text: string): string {
  const trimmed = text.trim();
  const from = QUOTES.includes(trimmed[0] ?? ' ') ? 1 : 0;
  const to = QUOTES.includes(trimmed.at(-1) ?? ' ') ? -1 : trimmed.length;
  return trimmed.slice(from, to).trim();
}

const QUOTES = '"\'`<>';

/** How many segments are `..`, with either separator. */
function countClimbs(text: string): number {
  let count = 0;
  for (const segment of text.split(SEPARATOR)) if (segment === '..') count += 1;
  return count;
}

const SEPARATOR = /[/\\]/;

const SENTENCES: Record<PathReason, string> = {
  'too-long': 'is longer than 4096 characters',
  'hidden-character': 'contains an invisible character',
  'piled-marks': 'has more than 30 combining marks in a row',
  'malformed-encoding': 'contains percent escapes that are not valid UTF-8',
  'nested-encoding': 'is percent-encoded more than once',
  'foreign-encoding': 'spells characters as escapes of another language',
  'disguised-dots': 'contains ".." in disguise',
  'odd-segment': 'contains a segment of dots, blanks, wildcards or path parameters that systems read differently',
  scheme: 'starts with a URL scheme',
  'drive-or-share': 'names a Windows drive, share or stream',
  'home-or-variable': 'refers to a home folder or a variable',
  'outside-roots': 'leads outside the allowed folders',
};

const NAMED_ROOTS = 5;

function finding(reason: PathReason, value: string, roots: readonly string[], detail?: string): PathFinding {
  const extra = detail === undefined ? '' : ` (${detail})`;
  const named = roots.slice(0, NAMED_ROOTS).join(', ') + (roots.length > NAMED_ROOTS ? ', …' : '');
  const where = roots.length === 0 ? 'No folder is allowed.' : `Use a plain path inside ${named}.`;
  const evidence = evidenceOf(value);
  return {
    detector: 'path',
    reason,
    message: `The path "${evidence}" ${SENTENCES[reason]}${extra}. ${where}`,
    // What is wrong with a path is wrong with all of it: only the whole says where it leads.
    span: wholeSpan(value),
    evidence,
  };
}
