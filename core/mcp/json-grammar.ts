/**
 * Whether a text is JSON and nothing but (RFC 8259), found without building anything: the answer of a server passes as its bytes, and
 * what only some parsers take (NaN, a comma too many, a line break in a string) would reach some clients and leave others waiting.
 */

import {
  BAD_ESCAPE,
  CONTROL,
  UNEXPECTED,
  behindBlanks,
  behindDecimal,
  behindExponent,
  behindLiteral,
  behindString,
  wordsOf,
} from './json-lexis.ts';

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** Far deeper than decoders go (Go: 10,000 levels), and few enough to be remembered. */
const MAX_DEPTH = 100_000;
/** Doubles end at 1.8e308: a number of fewer characters without an exponent cannot be beyond. */
const MAX_PLAIN_DIGITS = 300;

/** Beside what json-lexis.ts says. */
const TOO_LARGE = -5;
const TOO_DEEP = -6;
const IN_WORDS: ReadonlyMap<number, string> = new Map([
  [UNEXPECTED, 'its text is not JSON'],
  [BAD_ESCAPE, 'a string of it has an escape that is none'],
  [CONTROL, 'a string of it has a control character'],
  [TOO_LARGE, 'a number of it is larger than a double can hold'],
  [TOO_DEEP, `it is nested deeper than ${MAX_DEPTH} levels`],
]);
/** What only some parsers know is told by its name: it is what people will look for. */
const FOREIGN_WORD = /[[:,\s](-?(?:NaN|Infinity|undefined|None|True|False))[\s,\]}]/;
const MAX_SEARCHED = 64 * 1024;

/** What is wrong with the text, in a few words; undefined when it is one JSON value, with or without blanks around it. */
export function whyNotJson(bytes: Buffer): string | undefined {
  const end = endOfJson(bytes);
  if (end === bytes.length) return undefined;
  if (end >= 0) return 'something follows behind its end';
  const word = end === UNEXPECTED ? FOREIGN_WORD.exec(bytes.toString('latin1', 0, MAX_SEARCHED))?.[1] : undefined;
  return word === undefined ? IN_WORDS.get(end) : `${word} stands in it, which is no word of JSON`;
}

/** Index behind the value and its blanks, or what is wrong. No recursion, and no state but the levels that are open. */
function endOfJson(bytes: Buffer): number {
  const { length } = bytes;
  const words = wordsOf(bytes);
  /** True for an object. */
  const open: boolean[] = [];
  let at = behindBlanks(bytes, 0);
  for (;;) {
    const first = at < length ? (bytes[at] as number) : 0;
    if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      const isObject = first === OPEN_BRACE;
      at = behindBlanks(bytes, at + 1);
      if (at < length && bytes[at] === (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) at = behindBlanks(bytes, at + 1);
      else {
        if (open.length === MAX_DEPTH) return TOO_DEEP;
        open.push(isObject);
        if (isObject) at = behindKey(bytes, words, at);
        if (at < 0) return at;
        continue;
      }
    } else {
      at = first === QUOTE ? behindString(bytes, words, at + 1, false) : behindScalar(bytes, words, at, first);
      if (at < 0) return at;
      at = behindBlanks(bytes, at);
    }
    // A value has ended, and maybe what it is in with it.
    for (;;) {
      if (open.length === 0) return at;
      const isObject = open[open.length - 1] as boolean;
      const next = at < length ? bytes[at] : 0;
      if (next === COMMA) {
        at = behindBlanks(bytes, at + 1);
        if (isObject) at = behindKey(bytes, words, at);
        if (at < 0) return at;
        break;
      }
      if (next !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) return UNEXPECTED;
      open.pop();
      at = behindBlanks(bytes, at + 1);
    }
  }
}

/** Behind the colon and the blanks that follow. */
function behindKey(bytes: Buffer, words: DataView, from: number): number {
  if (from >= bytes.length || bytes[from] !== QUOTE) return UNEXPECTED;
  let at = behindString(bytes, words, from + 1, false);
  if (at < 0) return at;
  at = behindBlanks(bytes, at);
  return at < bytes.length && bytes[at] === COLON ? behindBlanks(bytes, at + 1) : UNEXPECTED;
}

function behindScalar(bytes: Buffer, words: DataView, start: number, first: number): number {
  if (first !== MINUS && (first < ZERO || first > NINE)) return behindLiteral(words, start);
  const decimal = behindDecimal(bytes, start);
  const end = decimal < 0 ? decimal : behindExponent(bytes, decimal);
  if (end < 0 || (end === decimal && end - start <= MAX_PLAIN_DIGITS)) return end;
  return Number.isFinite(Number(bytes.toString('latin1', start, end))) ? end : TOO_LARGE;
}
