/**
 * Whether a text is JSON and nothing but (RFC 8259), found without building anything: the answer of a server passes as its bytes, and
 * what only some parsers take (NaN, a comma too many, a line break in a string) would reach some clients and leave others waiting.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
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
/** From here on strings are looked at four bytes at a time. */
const WORTH_A_VIEW = 1024;
const HIGH_BITS = 0x80808080 | 0;

/** Why a text is not JSON, where an index is expected: all are negative. */
const UNEXPECTED = -1;
const BAD_ESCAPE = -2;
const CONTROL = -3;
const TOO_LARGE = -4;
const TOO_DEEP = -5;
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
  const { length, buffer } = bytes;
  const words = length < WORTH_A_VIEW ? undefined : new Int32Array(buffer, 0, buffer.byteLength >> 2);
  /** True for an object. */
  const open: boolean[] = [];
  let at = skipBlanks(bytes, 0);
  for (;;) {
    const first = at < length ? (bytes[at] as number) : 0;
    if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      const isObject = first === OPEN_BRACE;
      at = skipBlanks(bytes, at + 1);
      if (at < length && bytes[at] === (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) at = skipBlanks(bytes, at + 1);
      else {
        if (open.length === MAX_DEPTH) return TOO_DEEP;
        open.push(isObject);
        if (isObject) at = behindKey(bytes, words, at);
        if (at < 0) return at;
        continue;
      }
    } else {
      at = first === QUOTE ? behindString(bytes, words, at + 1) : behindScalar(bytes, at, first);
      if (at < 0) return at;
      at = skipBlanks(bytes, at);
    }
    // A value has ended, and maybe what it is in with it.
    for (;;) {
      if (open.length === 0) return at;
      const isObject = open[open.length - 1] as boolean;
      const next = at < length ? bytes[at] : 0;
      if (next === COMMA) {
        at = skipBlanks(bytes, at + 1);
        if (isObject) at = behindKey(bytes, words, at);
        if (at < 0) return at;
        break;
      }
      if (next !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) return UNEXPECTED;
      open.pop();
      at = skipBlanks(bytes, at + 1);
    }
  }
}

/** Behind the colon and the blanks that follow. */
function behindKey(bytes: Buffer, words: Int32Array | undefined, from: number): number {
  if (from >= bytes.length || bytes[from] !== QUOTE) return UNEXPECTED;
  let at = behindString(bytes, words, from + 1);
  if (at < 0) return at;
  at = skipBlanks(bytes, at);
  return at < bytes.length && bytes[at] === COLON ? skipBlanks(bytes, at + 1) : UNEXPECTED;
}

/** `from` is behind the opening quote. */
function behindString(bytes: Buffer, words: Int32Array | undefined, from: number): number {
  const { length } = bytes;
  for (let at = from; at < length; at++) {
    if (words !== undefined && at + 16 < length) at = skipPlain(bytes, words, at);
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) {
      const escape = escapeLength(bytes, at + 1);
      if (escape === 0) return BAD_ESCAPE;
      at += escape;
    } else if (byte < 0x20) return CONTROL;
  }
  return UNEXPECTED;
}

/** Where the next byte is that means something in a string, or one to three bytes before. */
function skipPlain(bytes: Buffer, words: Int32Array, from: number): number {
  const { byteOffset, length } = bytes;
  if (((byteOffset + from) & 3) !== 0) return from;
  const first = (byteOffset + from) >> 2;
  const last = (byteOffset + length - 4) >> 2;
  let i = first;
  for (; i < last; i++) {
    const word = words[i] as number;
    // The highest bit of a byte that is below 0x20, a quote or a backslash becomes 1; that of some others may, and they are looked at.
    const quote = word ^ 0x22222222;
    const slash = word ^ 0x5c5c5c5c;
    const control = ((word - 0x20202020) | 0) & ~word;
    const either = (((quote - 0x01010101) | 0) & ~quote) | (((slash - 0x01010101) | 0) & ~slash);
    if (((control | either) & HIGH_BITS) !== 0) break;
  }
  return from + (i - first) * 4;
}

function behindScalar(bytes: Buffer, at: number, first: number): number {
  if (first === 0x74) return behindWord(bytes, at, 'true');
  if (first === 0x66) return behindWord(bytes, at, 'false');
  if (first === 0x6e) return behindWord(bytes, at, 'null');
  return behindNumber(bytes, at);
}

function behindWord(bytes: Buffer, at: number, word: string): number {
  return bytes.toString('latin1', at, at + word.length) === word ? at + word.length : UNEXPECTED;
}

function behindNumber(bytes: Buffer, start: number): number {
  const { length } = bytes;
  const whole = start < length && bytes[start] === MINUS ? start + 1 : start;
  let at = behindDigits(bytes, whole);
  // A zero in front makes it octal to some.
  if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return UNEXPECTED;
  if (at < length && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = behindDigits(bytes, fraction);
    if (at === fraction) return UNEXPECTED;
  }
  let isSmall = at - start <= MAX_PLAIN_DIGITS;
  if (at < length && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    isSmall = false;
    const sign = at + 1 < length ? bytes[at + 1] : 0;
    const exponent = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
    at = behindDigits(bytes, exponent);
    if (at === exponent) return UNEXPECTED;
  }
  return isSmall || Number.isFinite(Number(bytes.toString('latin1', start, at))) ? at : TOO_LARGE;
}

function behindDigits(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++;
  return at;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at] as number)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Of what stands behind a backslash; 0 when it is no escape. */
function escapeLength(bytes: Buffer, at: number): number {
  switch (bytes[at]) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return 1;
    case 0x75:
      for (let i = at + 1; i <= at + 4; i++) if (!isHex(bytes[i])) return 0;
      return 5;
    default:
      return 0;
  }
}

function isHex(byte = 0): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
