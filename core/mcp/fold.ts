/**
 * Case folding of JSON keys, at least as coarse as any decoder behind us: Go's `encoding/json`, Java's `equalsIgnoreCase`, .NET's
 * ordinal and invariant comparison, Python's `casefold`, `lower` and `upper`, JavaScript's `toLowerCase` and `toUpperCase`, and
 * Swift's strings, which are equal when their canonical decompositions are. Folding too much refuses a strange key; folding too
 * little lets a key through that the server reads as another one.
 */
import { withoutLongMarkRuns } from '../mark-runs.ts';
import { CASE_FOLDINGS } from './fold-case.ts';

export function fold(key: string): string {
  if (isFolded(key)) return key;
  return isAscii(key) ? key.toLowerCase() : foldAny(key);
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
  const before = replaced(withoutLongMarkRuns(key)).normalize('NFD');
  // Lower case first, so that letters with a small form alone in some languages get to it; then what has several small forms has one.
  const mapped = before.toLowerCase().toUpperCase().toLowerCase().normalize('NFD');
  return replaced(mapped);
}

/** Whether any of them is there at all, in one pass: nearly always none is. */
const FOLDED_BY_TABLE = new RegExp(CASE_FOLDINGS.map(({ from }) => from).join('|'));

function replaced(text: string): string {
  if (!FOLDED_BY_TABLE.test(text)) return text;
  let result = text;
  for (const { from, to } of CASE_FOLDINGS) result = result.replaceAll(from, to);
  return result;
}
