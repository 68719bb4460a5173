/** The grammar of a JSON number (RFC 8259 §6), byte by byte, for readers whose text may be cut anywhere. */

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const SMALL_E = 0x65;

/** Which part of a number was read last. */
const SIGN = 1;
/** A zero in front of further digits makes a number octal to some. */
const LEADING_ZERO = 2;
const WHOLE = 3;
const DOT = 4;
const FRACTION = 5;
const E = 6;
const EXPONENT_SIGN = 7;
export const EXPONENT = 8;
/** The byte belongs to no number, or not there. */
export const NO_PART = 0;
export type NumberPart = number;

/** The part that the first byte of a number is. */
export function firstPart(byte: number): NumberPart {
  if (byte === MINUS) return SIGN;
  return isDigit(byte) ? ofFirstDigit(byte) : NO_PART;
}

/** The part that a byte is behind another one. */
export function nextPart(part: NumberPart, byte: number): NumberPart {
  if (isDigit(byte)) return behindDigit(part, byte);
  const isWhole = part === LEADING_ZERO || part === WHOLE;
  if (byte === POINT) return isWhole ? DOT : NO_PART;
  if ((byte | 0x20) === SMALL_E) return isWhole || part === FRACTION ? E : NO_PART;
  return (byte === PLUS || byte === MINUS) && part === E ? EXPONENT_SIGN : NO_PART;
}

/** Index behind the digits that go on with a part: nearly all of a number is that. */
export function behindDigits(part: NumberPart, bytes: Buffer, from: number): number {
  let at = from;
  if (part === WHOLE || part === FRACTION) while (at < bytes.length && isDigit(bytes[at] as number)) at++;
  return at;
}

/** Whether a number can end behind this part, in front of that byte; undefined at the end of the text. */
export function mayEndIn(part: NumberPart, next: number | undefined): boolean {
  if (part === LEADING_ZERO) return next === undefined || !isDigit(next);
  return part === WHOLE || part === FRACTION || part === EXPONENT;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

function ofFirstDigit(byte: number): NumberPart {
  return byte === ZERO ? LEADING_ZERO : WHOLE;
}

function behindDigit(part: NumberPart, digit: number): NumberPart {
  switch (part) {
    case SIGN:
      return ofFirstDigit(digit);
    case LEADING_ZERO:
      return NO_PART;
    case DOT:
      return FRACTION;
    case E:
    case EXPONENT_SIGN:
      return EXPONENT;
    default:
      return part;
  }
}
