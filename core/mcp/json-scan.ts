/** Where values and elements end in a JSON text, found by its brackets and quotes alone. Whether it is JSON, json-grammar.ts says. */

/** Bytes `start` to `end` of a text, both of one value, without the blanks around it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const SHORT_STRING = 32;

/** The elements of a text that is a list; undefined when it is none, or has more than `max`. */
export function elementsOf(
  bytes: Buffer,
  max: number,
  span: Span = { start: 0, end: bytes.length },
): Span[] | undefined {
  let i = skipBlanks(bytes, span.start, span.end);
  if (bytes[i] !== OPEN_BRACKET) return undefined;
  const elements: Span[] = [];
  i = skipBlanks(bytes, i + 1, span.end);
  if (i < span.end && bytes[i] === CLOSE_BRACKET) return isRestBlank(bytes, i + 1, span.end) ? elements : undefined;
  for (;;) {
    const start = i;
    const end = endOfValue(bytes, start, span.end);
    if (end < 0) return undefined;
    if (elements.length === max) return undefined;
    elements.push({ start, end });
    i = skipBlanks(bytes, end, span.end);
    if (i >= span.end) return undefined;
    if (bytes[i] === CLOSE_BRACKET) return isRestBlank(bytes, i + 1, span.end) ? elements : undefined;
    if (bytes[i] !== COMMA) return undefined;
    i = skipBlanks(bytes, i + 1, span.end);
  }
}

/** Index behind the value that starts at `i`, or −1. */
export function endOfValue(bytes: Buffer, i: number, end: number): number {
  if (i >= end) return -1;
  const first = bytes[i];
  if (first === QUOTE) {
    const quote = endOfString(bytes, i + 1);
    return quote < end ? quote + 1 : -1;
  }
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(bytes, i, end);
  let at = i;
  while (at < end && !isDelimiter(bytes[at] as number)) at++;
  return at === i ? -1 : at;
}

function endOfNested(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  for (let i = start; i < end; i++) {
    switch (bytes[i]) {
      case QUOTE:
        i = endOfString(bytes, i + 1);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (--depth === 0) return i + 1;
        break;
      default:
        break;
    }
  }
  return -1;
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let i = start;
  while (i < end && isBlank(bytes[i])) i++;
  return i;
}

export function isRestBlank(bytes: Buffer, start: number, end: number): boolean {
  return skipBlanks(bytes, start, end) >= end;
}

/** Index of the quote that closes the string whose content starts at `start`; short strings by hand, long ones by memchr. */
export function endOfString(bytes: Buffer, start: number): number {
  let i = start;
  const byHand = Math.min(bytes.length, start + SHORT_STRING);
  for (; i < byHand; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  for (;;) {
    const quote = bytes.indexOf(QUOTE, i);
    if (quote < 0) return bytes.length;
    let slashes = 0;
    while (quote - 1 - slashes >= i && bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
    i = quote + 1;
  }
}
