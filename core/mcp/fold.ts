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

/** Nearly every key there is, and found out without making strings. */
export function isFolded(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code > 0x7f || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}

export function isAscii(key: string): boolean {
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

function replaced(text: string): string {
  let result = text;
  for (const { from, to } of CASE_FOLDINGS) result = result.replaceAll(from, to);
  return result;
}
