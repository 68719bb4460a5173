/**
 * Most lines of a log are decisions in plain ASCII. Whether such a line is in RFC 8785 form can be seen in one pass over its bytes, which
 * takes a third of the time of parsing it and writing it anew; that is what most of a verification was spent on. Whatever is not plainly
 * so is left to the parser: this here never says that a line is wrong.
 */
import type { ChainFields } from './chain-fields.ts';

const [QUOTE, COMMA, MINUS, DOT, ZERO, NINE, COLON] = [0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE, TILDE] = [0x5c, 0x5b, 0x5d, 0x7b, 0x7d, 0x7e];
const UNDERSCORE = 0x5f;
const MAX_DEPTH = 16;
/** Longer ones the parser looks at. */
const MAX_NAME = 1024;
/** So many digits stay as they are from text to number and back (IEEE 754 binary64), and so many zeros before them (ECMA-262, Number::toString). */
const MAX_DIGITS = 15;
const MAX_ZEROS = 5;
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
const TIME_LENGTH = 24;
const DATE_LENGTH = 20;
const HASH_LENGTH = 64;

/** The fields of a decision in canonical form, as parseLine gives them; undefined for a line of which this cannot be said. */
export function scanDecision(line: Uint8Array): ChainFields | undefined {
  const scan = new Scan(line);
  return scan.isCanonical() ? scan.fields() : undefined;
}

/** Where a value of the outermost object begins and ends. */
interface Span {
  begin: number;
  end: number;
}

/** The members that are needed, by name; any other is only passed over. */
const NEEDED = ['event', 'intent', 'prev', 'seq', 'server', 'stream', 'time', 'v'] as const;
type Needed = (typeof NEEDED)[number];
const BY_LENGTH: readonly (readonly Needed[])[] = Array.from({ length: 8 }, (_, length) =>
  NEEDED.filter((name) => name.length === length),
);

class Scan {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #spans: Partial<Record<Needed, Span>> = {};

  constructor(line: Uint8Array) {
    this.#bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  }

  isCanonical(): boolean {
    return this.#bytes[0] === OPEN && this.#object(0) && this.#at === this.#bytes.length;
  }

  fields(): ChainFields | undefined {
    const [event, prev, stream, time] = [
      this.#text('event'),
      this.#text('prev'),
      this.#text('stream'),
      this.#text('time'),
    ];
    const [seq, version, ends] = [this.#number('seq'), this.#number('v'), this.#number('intent')];
    if (event !== 'decision' || stream === undefined || stream === '' || seq === undefined) return undefined;
    if (version !== 1 && version !== 2) return undefined;
    if (prev === undefined || !isHash(prev)) return undefined;
    const at = time === undefined ? undefined : milliseconds(time);
    if (time === undefined || at === undefined) return undefined;
    const server = this.#text('server') ?? '';
    if (stream.length > MAX_NAME || server.length > MAX_NAME) return undefined;
    const fields: ChainFields = { event, prev, seq, server, stream, time, at, continues: false };
    if (ends !== undefined) fields.ends = ends;
    return fields;
  }

  #text(name: Needed): string | undefined {
    const span = this.#spans[name];
    if (span === undefined || this.#bytes[span.begin] !== QUOTE) return undefined;
    return this.#bytes.toString('latin1', span.begin + 1, span.end - 1);
  }

  #number(name: Needed): number | undefined {
    const span = this.#spans[name];
    if (span === undefined) return undefined;
    const number = Number(this.#bytes.toString('latin1', span.begin, span.end));
    return Number.isSafeInteger(number) ? number : undefined;
  }

  /** Each of these stands at the first byte of its value, and leaves behind its last one. */
  #value(depth: number): boolean {
    const first = this.#bytes[this.#at] ?? 0;
    if (first === QUOTE) return this.#string();
    if (first >= ZERO && first <= NINE) return this.#plainNumber();
    if (depth >= MAX_DEPTH) return false;
    if (first === OPEN) return this.#object(depth);
    if (first === OPEN_LIST) return this.#list(depth);
    return this.#word('true') || this.#word('false') || this.#word('null');
  }

  #object(depth: number): boolean {
    const bytes = this.#bytes;
    this.#at += 1;
    if (bytes[this.#at] === CLOSE) return this.#skip();
    let [begin, end] = [0, 0];
    for (;;) {
      const key = this.#at + 1;
      const first = bytes[key] ?? 0;
      // Names like numbers, and `__proto__`, have a will of their own in an object of JavaScript.
      if ((first >= ZERO && first <= NINE) || first === UNDERSCORE) return false;
      if (bytes[this.#at] !== QUOTE || !this.#string() || bytes[this.#at] !== COLON) return false;
      const keyEnd = this.#at - 1;
      if (end !== 0 && !this.#isBefore(begin, end, key, keyEnd)) return false;
      [begin, end] = [key, keyEnd];
      this.#at += 1;
      const value = this.#at;
      if (!this.#value(depth + 1)) return false;
      if (depth === 0) this.#keep(begin, end, value);
      const next = bytes[this.#at];
      this.#at += 1;
      if (next === CLOSE) return true;
      if (next !== COMMA) return false;
    }
  }

  #list(depth: number): boolean {
    this.#at += 1;
    if (this.#bytes[this.#at] === CLOSE_LIST) return this.#skip();
    for (;;) {
      if (!this.#value(depth + 1)) return false;
      const next = this.#bytes[this.#at];
      this.#at += 1;
      if (next === CLOSE_LIST) return true;
      if (next !== COMMA) return false;
    }
  }

  #skip(): true {
    this.#at += 1;
    return true;
  }

  /** Of printable ASCII without escapes. */
  #string(): boolean {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      if (byte < 0x20 || byte > TILDE || byte === BACKSLASH) return false;
    }
    return false;
  }

  /** Not negative, without an exponent, and with few enough digits that ECMAScript writes it like this (RFC 8785 §3.2.2.3). */
  #plainNumber(): boolean {
    const bytes = this.#bytes;
    const begin = this.#at;
    const whole = this.#digits();
    if (bytes[begin] === ZERO && whole > 1) return false;
    let digits = whole;
    if (bytes[this.#at] === DOT) {
      this.#at += 1;
      const fraction = this.#at;
      digits += this.#digits();
      if (this.#at === fraction || bytes[this.#at - 1] === ZERO) return false;
      if (bytes[begin] === ZERO && this.#at - fraction > MAX_ZEROS) return false;
    }
    const next = bytes[this.#at];
    return digits <= MAX_DIGITS && next !== 0x65 && next !== 0x45 && next !== MINUS;
  }

  #digits(): number {
    const begin = this.#at;
    for (let byte = this.#bytes[begin] ?? 0; byte >= ZERO && byte <= NINE; byte = this.#bytes[this.#at] ?? 0)
      this.#at += 1;
    return this.#at - begin;
  }

  #word(word: string): boolean {
    const end = this.#at + word.length;
    for (let at = 0; at < word.length; at += 1) if (this.#bytes[this.#at + at] !== word.charCodeAt(at)) return false;
    this.#at = end;
    return true;
  }

  /** Of ASCII the order of bytes is that of UTF-16 (RFC 8785 §3.2.3). */
  #isBefore(begin: number, end: number, next: number, nextEnd: number): boolean {
    const bytes = this.#bytes;
    for (let at = 0; ; at += 1) {
      if (next + at >= nextEnd) return false;
      if (begin + at >= end) return true;
      const [one, two] = [bytes[begin + at] as number, bytes[next + at] as number];
      if (one !== two) return one < two;
    }
  }

  #keep(begin: number, end: number, value: number): void {
    for (const name of BY_LENGTH[end - begin] ?? []) {
      let at = 0;
      while (at < name.length && this.#bytes[begin + at] === name.charCodeAt(at)) at += 1;
      if (at === name.length) this.#spans[name] = { begin: value, end: this.#at };
    }
  }
}

function isHash(text: string): boolean {
  if (text.length !== HASH_LENGTH) return false;
  for (let at = 0; at < HASH_LENGTH; at += 1) {
    const unit = text.charCodeAt(at);
    if (!((unit >= ZERO && unit <= NINE) || (unit >= 0x61 && unit <= 0x66))) return false;
  }
  return true;
}

let date = '';
let dateAt = 0;

/** All lines of a second have the same beginning: it is parsed once. */
function milliseconds(time: string): number | undefined {
  if (time.length !== TIME_LENGTH || !TIME.test(time)) return undefined;
  if (!time.startsWith(date) || date === '') {
    const at = Date.parse(`${time.slice(0, DATE_LENGTH)}000Z`);
    if (Number.isNaN(at)) return undefined;
    [date, dateAt] = [time.slice(0, DATE_LENGTH), at];
  }
  return dateAt + Number(time.slice(DATE_LENGTH, DATE_LENGTH + 3));
}
