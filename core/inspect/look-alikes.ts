/**
 * What a text becomes in a program that is less careful with Unicode than the sender hopes: compatibility forms folded
 * (NFKC), look-alikes of `.`, `/` and `\` mapped to them (best-fit code pages do that), or code points cut to a byte.
 * These are views to decide on; what is forwarded is never touched.
 */

import { pilesMarks, withoutMarks } from '../piled-marks.ts';

// NFKC does U+2024 to 2026, FE52, FF0E, FF0F, FF3C and FE68; these it leaves alone. After UTS #39 confusables and the
// best-fit tables of Windows-874, -932, -949 and -125x. Letters and digits are left out (Arabic zero, katakana no): "٠٠" is a folder.
const DOTS = '\u00b7\u06d4\u0701\u0702\u2027\u22c5\u2e31\u3002\ua4f8\ua60e';
const SLASHES = '\u2044\u2215\u2571\u27cb\u29f8\u31d3\u1735\u3033';
const BACKSLASHES = '\u2216\u2572\u27cd\u29f5\u29f9\u31d4';

const folds = new Map<string, string>([
  ...Array.from(DOTS, (char): [string, string] => [char, '.']),
  ...Array.from(SLASHES, (char): [string, string] => [char, '/']),
  ...Array.from(BACKSLASHES, (char): [string, string] => [char, '\\']),
]);

// Escapes, not a range class with literal letters, because most editors show these characters as what they imitate.
const FOLDED = new RegExp(`[${DOTS}${SLASHES}${BACKSLASHES}]`, 'gu');

export function foldLookAlikes(text: string): string {
  // NFKC first: it turns U+FF61 into U+3002, and a fraction into digits around U+2044.
  return text
    .replace(NOT_A_COLON, nfkc)
    .replace(FOLDED, (char) => folds.get(char) ?? char)
    .replace(CURRENCY, '\\');
}

// A full-width colon is punctuation in Chinese names ("A：简介.md") unless a separator follows it, as in a scheme or drive.
const NOT_A_COLON = /[^\uff1a]+|\uff1a(?=[/\\\uff0f\uff3c])/gu;
// The backslash of Japanese and Korean code pages; in front of a digit it is a price.
const CURRENCY = /(?<=\.)[\u00a5\u20a9]|[\u00a5\u20a9](?=\.)/gu;

function nfkc(text: string): string {
  // Refused where it is a path; here it must only not take long.
  return (pilesMarks(text) ? withoutMarks(text) : text).normalize('NFKC');
}

const BEYOND_ONE_BYTE = /[\u0100-\uffff]/g;

/** Each UTF-16 unit cut to its low byte where that gives path syntax, as `Buffer.from(text, 'latin1')` does (U+FF2E → `.`). */
export function cutToBytes(text: string): string {
  return text.replace(BEYOND_ONE_BYTE, (char) => {
    const low = char.charCodeAt(0) & 0xff;
    return low === 0x2e || low === 0x2f || low === 0x5c ? String.fromCharCode(low) : char;
  });
}

/** `%`, `.`, `/` and `\\`. */
const PATH_SYNTAX = new Set([0x25, 0x2e, 0x2f, 0x5c]);

/** True for a code point that is, or looks like, part of a path's syntax. */
export function isPathSyntax(codePoint: number): boolean {
  if (codePoint > 0x10ffff) return false;
  if (codePoint < 0x20) return true;
  if (codePoint < 0x7f) return PATH_SYNTAX.has(codePoint);
  const folded = foldLookAlikes(String.fromCodePoint(codePoint));
  return folded[0] === '.' || folded === '/' || folded === '\\' || folded === '%';
}
