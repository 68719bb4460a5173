/**
 * Case folding of JSON keys, at least as coarse as any decoder behind us: Go's `encoding/json`, Java's `equalsIgnoreCase`, .NET's
 * ordinal and invariant comparison, Python's `casefold`, `lower` and `upper`, JavaScript's `toLowerCase` and `toUpperCase`, and
 * Swift's strings, which are equal when their canonical decompositions are. Folding too much refuses a strange key; folding too
 * little lets a key through that the server reads as another one.
 */
import { pilesMarks, withoutMarks } from '../piled-marks.ts';
import { CASE_FOLDINGS } from './fold-case.ts';

export function fold(key: string): string {
  if (isFolded(key)) return key;
  return isAscii(key) ? key.toLowerCase() : foldAny(key);
}

const MARK = /\p{M}/u;

/** What folding takes, in units of 45 ns (core/policy/inspection.ts); a key outside of ASCII costs most, and one with marks more. */
export function workOfFold(key: string): number {
  if (isAscii(key)) return 2;
  return 32 + key.length * (MARK.test(key) ? 48 : 4);
}

/** No name that anything here looks for is longer. */
const LONGEST_KNOWN = 64;

/** What a folded name of MCP is found under; a key that is far too long to fold to one is not folded. */
export function knownAs<T>(known: ReadonlyMap<string, T>, key: string): T | undefined {
  // A fold is at least a quarter as long as its key: only `i` with dots gets shorter.
  return key.length > 4 * LONGEST_KNOWN ? undefined : known.get(fold(key));
}

/** Nearly every key there is, and found out without making strings. */
export function isFolded(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code > 0x7f || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}

function isAscii(key: string): boolean {
  for (let i = 0; i < key.length; i++) if (key.charCodeAt(i) > 0x7f) return false;
  return true;
}

function foldAny(key: string): string {
  // Where both are refused anyway, coarser is safe, and in linear time.
  const text = pilesMarks(key) ? withoutMarks(key) : key;
  const before = replaced(text).normalize('NFD');
  // Lower case first, so that letters with a small form alone in some languages get to it; then what has several small forms has one.
  const mapped = before.toLowerCase().toUpperCase().toLowerCase().normalize('NFD');
  return replaced(mapped);
}

/** Whether anything of the table is there: nearly never, and its entries are looked for one by one. */
const FOLDING = new RegExp(CASE_FOLDINGS.map(({ from }) => from).join('|'));

function replaced(text: string): string {
  if (!FOLDING.test(text)) return text;
  let result = text;
  for (const { from, to } of CASE_FOLDINGS) result = result.replaceAll(from, to);
  return result;
}
