/** Where the words of a JSON text end (RFC 8259 §§3, 6, 7): its strings, numbers and literals, found without making a value of them. */

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const SMALL_E = 0x65;
const HIGH_BITS = 0x80808080 | 0;
const TRUE = 0x74727565;
const NULL = 0x6e756c6c;
const FALS = 0x66616c73;

/** Why there is no end, where an index is expected: all are negative. */
export const UNEXPECTED = -1;
export const BAD_ESCAPE = -2;
export const CONTROL = -3;
export const LONE_SURROGATE = -4;

/** A text that is read four bytes at a time, wherever they lie. */
export function wordsOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Behind the closing quote; `from` is behind the opening one. `onlyPairs`: no escape may stand for half of a surrogate pair. */
export function behindString(bytes: Buffer, words: DataView, from: number, onlyPairs: boolean): number {
  const { length } = bytes;
  const last = length - 4;
  let at = from;
  for (;;) {
    while (at <= last) {
      const special = specialIn(words.getInt32(at, true));
      if (special === 0) at += 4;
      else {
        at += (31 - Math.clz32(special & -special)) >> 3;
        break;
      }
    }
    while (at < length && isPlain(bytes[at] as number)) at++;
    if (at >= length) return UNEXPECTED;
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return CONTROL;
    at = behindEscape(bytes, at + 1, onlyPairs);
    if (at < 0) return at;
  }
}

/** Stands for itself in a string. */
function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH;
}

/**
 * Of four bytes, the first of which is the lowest: the highest bit of one that is below 0x20, a quote or a backslash. Of the bytes
 * behind the first such, some may be marked as well (Bit Twiddling Hacks, "haszero").
 */
function specialIn(word: number): number {
  const quote = word ^ 0x22222222;
  const slash = word ^ 0x5c5c5c5c;
  const control = ((word - 0x20202020) | 0) & ~word;
  const either = (((quote - 0x01010101) | 0) & ~quote) | (((slash - 0x01010101) | 0) & ~slash);
  return (control | either) & HIGH_BITS;
}

/** `at` is behind the backslash. */
function behindEscape(bytes: Buffer, at: number, onlyPairs: boolean): number {
  switch (bytes[at]) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 1;
    case 0x75: {
      const unit = codeUnit(bytes, at + 1);
      if (unit < 0) return BAD_ESCAPE;
      if (!onlyPairs || unit < 0xd800 || unit > 0xdfff) return at + 5;
      return unit < 0xdc00 && isLowSurrogate(bytes, at + 5) ? at + 11 : LONE_SURROGATE;
    }
    default:
      return BAD_ESCAPE;
  }
}

function isLowSurrogate(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== 0x75) return false;
  const unit = codeUnit(bytes, at + 2);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Of four hex digits; negative where they are not there. */
function codeUnit(bytes: Buffer, from: number): number {
  let unit = 0;
  for (let at = from; at < from + 4; at++) {
    const digit = hexDigit(bytes[at]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte = 0): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** Behind `true`, `false` or `null`. */
export function behindLiteral(words: DataView, at: number): number {
  const first = at + 4 <= words.byteLength ? words.getInt32(at) : 0;
  if (first === TRUE || first === NULL) return at + 4;
  return first === FALS && at + 4 < words.byteLength && words.getUint8(at + 4) === SMALL_E ? at + 5 : UNEXPECTED;
}

/** Behind a number, or the part of it that stands in front of its exponent. */
export function behindDecimal(bytes: Buffer, start: number): number {
  const whole = bytes[start] === MINUS ? start + 1 : start;
  const at = behindDigits(bytes, whole);
  // A zero in front makes it octal to some.
  if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return UNEXPECTED;
  if (at >= bytes.length || bytes[at] !== POINT) return at;
  const end = behindDigits(bytes, at + 1);
  return end === at + 1 ? UNEXPECTED : end;
}

/** `at` is behind the decimal: the same where there is no exponent. */
export function behindExponent(bytes: Buffer, at: number): number {
  if (at >= bytes.length || ((bytes[at] as number) | 0x20) !== SMALL_E) return at;
  const sign = at + 1 < bytes.length ? bytes[at + 1] : 0;
  const digits = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
  const end = behindDigits(bytes, digits);
  return end === digits ? UNEXPECTED : end;
}

function behindDigits(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++;
  return at;
}

export function behindBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at] as number)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte <= SPACE && (byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
