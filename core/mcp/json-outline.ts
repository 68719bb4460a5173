/**
 * One pass over a JSON text, in the pieces that it came in: whether it is JSON and nothing but (RFC 8259), and where the members of its
 * object stand, and those of the objects in it. Nothing is built of the rest, whatever its size. The answer of a server passes as its
 * bytes, and what only some parsers take (NaN, a comma too many, a line break in a string) would reach some clients and leave others
 * waiting.
 */
import {
  EXPONENT,
  NO_PART,
  type NumberPart,
  behindDigits,
  firstPart,
  isDigit,
  mayEndIn,
  nextPart,
} from './json-number.ts';
import { type JsonProblem, MAX_DEPTH } from './json-problem.ts';
import { isBlank } from './json-scan.ts';
import { MemberSpans } from './member-spans.ts';
import type { Pieces } from './pieces.ts';
import { behindPlain, wordsAround } from './plain-bytes.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const SMALL_U = 0x75;

/** Doubles end at 1.8e308: a number of fewer characters without an exponent cannot be beyond. */
const MAX_PLAIN_DIGITS = 300;
const HEX_DIGITS = 4;
/** What a backslash may stand in front of, but for `u`. */
const SHORT_ESCAPES = new Uint8Array(256);
for (const letter of '"\\/bfnrt') SHORT_ESCAPES[letter.charCodeAt(0)] = 1;
const WORDS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), word]));

/** Where in the text the next byte lies. */
const VALUE = 0;
const FIRST_VALUE = 1;
const KEY = 2;
const FIRST_KEY = 3;
const BEHIND_KEY = 4;
const BEHIND_VALUE = 5;
const STRING = 6;
const ESCAPE = 7;
const HEX = 8;
const WORD = 9;
const NUMBER = 10;
const BROKEN = 11;
type State = number;

export class JsonOutline {
  readonly spans = new MemberSpans();
  #problem: JsonProblem | undefined = undefined;
  #state: State = VALUE;
  /** Of each level that is open, whether it is an object. */
  readonly #open: boolean[] = [];
  /** Bytes of the pieces before. */
  #before = 0;
  /** The string that is being read is a key. */
  #isKey = false;
  #hexLeft = 0;
  #word = '';
  #wordAt = 0;
  #numberPart: NumberPart = NO_PART;
  #numberStart = 0;
  /** What the pieces before have of the number that is being read. */
  #digits = '';

  static of(text: Pieces): JsonOutline {
    const outline = new JsonOutline();
    for (const piece of text.list) outline.push(piece);
    outline.#end();
    return outline;
  }

  /** What is wrong with the text; undefined when it is one JSON value, with or without blanks around it. */
  get problem(): JsonProblem | undefined {
    return this.#problem;
  }

  push(piece: Buffer): void {
    const words = wordsAround(piece);
    const { length } = piece;
    for (let at = 0; at < length && this.#state !== BROKEN;) {
      const state = this.#state;
      if (state === STRING) at = this.#takeString(piece, words, at);
      else if (state > BEHIND_VALUE) at = this.#takeInside(piece, at);
      else {
        const byte = piece[at] as number;
        if (byte > SPACE || !isBlank(byte)) this.#takeToken(byte, state, this.#before + at);
        at++;
      }
    }
    if (this.#state === NUMBER) this.#digits += this.#digitsIn(piece, length);
    this.#before += length;
  }

  #end(): void {
    if (this.#state === BROKEN) return;
    if (this.#state === ESCAPE || this.#state === HEX) this.#fail('escape');
    else if (this.#state === NUMBER) this.#endNumber(NOTHING, 0);
    if (this.#state !== BROKEN && (this.#state !== BEHIND_VALUE || this.#open.length > 0)) this.#fail('unexpected');
  }

  /** Index of the next byte to look at. */
  #takeString(piece: Buffer, words: Int32Array | undefined, from: number): number {
    let at = behindPlain(piece, words, from);
    // Prose is full of line breaks.
    while (piece[at] === BACKSLASH && SHORT_ESCAPES[piece[at + 1] ?? 0] === 1) at = behindPlain(piece, words, at + 2);
    if (at === piece.length) return at;
    const byte = piece[at];
    if (byte === QUOTE) {
      this.#endString(this.#before + at);
      if (this.#state !== BEHIND_KEY || piece[at + 1] !== COLON) return at + 1;
      this.#state = VALUE;
      return at + 2;
    }
    if (byte === BACKSLASH) this.#state = ESCAPE;
    else this.#fail('control');
    return at + 1;
  }

  /** Inside of a value that is no string, or of an escape. */
  #takeInside(piece: Buffer, at: number): number {
    const state = this.#state;
    if (state === NUMBER) return this.#takeInNumber(piece, at);
    const byte = piece[at] as number;
    if (state === ESCAPE) this.#takeEscape(byte);
    else if (state === HEX) this.#takeHex(byte);
    else this.#takeInWord(byte, this.#before + at);
    return at + 1;
  }

  #takeToken(byte: number, state: State, at: number): void {
    switch (state) {
      case FIRST_VALUE:
        if (byte === CLOSE_BRACKET) return this.#close(at);
        if (this.#isTooDeep()) return;
        return this.#beginValue(byte, at);
      case VALUE:
        return this.#beginValue(byte, at);
      case FIRST_KEY:
        if (byte === CLOSE_BRACE) return this.#close(at);
        if (this.#isTooDeep()) return;
        return this.#beginKey(byte, at);
      case KEY:
        return this.#beginKey(byte, at);
      case BEHIND_KEY:
        if (byte !== COLON) return this.#fail('unexpected');
        this.#state = VALUE;
        return;
      default:
        return this.#takeBehindValue(byte, at);
    }
  }

  #takeBehindValue(byte: number, at: number): void {
    const { length } = this.#open;
    if (length === 0) return this.#fail('followed');
    const isObject = this.#open[length - 1] as boolean;
    if (byte === COMMA) this.#state = isObject ? KEY : VALUE;
    else if (byte === (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) this.#close(at);
    else this.#fail('unexpected');
  }

  #beginKey(byte: number, at: number): void {
    if (byte !== QUOTE) return this.#fail('unexpected');
    this.#isKey = true;
    this.#state = STRING;
    this.#mark(at);
  }

  #beginValue(byte: number, at: number): void {
    this.#markOfMember(at);
    if (byte === QUOTE) {
      this.#isKey = false;
      this.#state = STRING;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.#open.push(byte === OPEN_BRACE);
      this.#state = byte === OPEN_BRACE ? FIRST_KEY : FIRST_VALUE;
      if (byte === OPEN_BRACE) this.spans.open(this.#open.length, at);
    } else this.#beginWord(byte, at);
  }

  #beginWord(byte: number, at: number): void {
    const part = firstPart(byte);
    const word = part === NO_PART ? WORDS.get(byte) : undefined;
    if (part !== NO_PART) {
      this.#numberPart = part;
      this.#numberStart = at;
      this.#digits = '';
      this.#state = NUMBER;
    } else if (word === undefined) this.#fail('unexpected');
    else {
      this.#word = word;
      this.#wordAt = 1;
      this.#state = WORD;
    }
  }

  /** A value ends at `end`, and is none of the levels that are open. */
  #endValue(end: number): void {
    this.#state = BEHIND_VALUE;
    this.#markOfMember(end);
  }

  #close(at: number): void {
    this.#open.pop();
    this.#endValue(at + 1);
  }

  #endString(at: number): void {
    if (!this.#isKey) return this.#endValue(at + 1);
    this.#mark(at);
    this.#state = BEHIND_KEY;
  }

  #takeEscape(byte: number): void {
    if (byte === SMALL_U) {
      this.#hexLeft = HEX_DIGITS;
      this.#state = HEX;
    } else if (SHORT_ESCAPES[byte] === 1) this.#state = STRING;
    else this.#fail('escape');
  }

  #takeHex(byte: number): void {
    const letter = byte | 0x20;
    if (!isDigit(byte) && (letter < 0x61 || letter > 0x66)) this.#fail('escape');
    else if (--this.#hexLeft === 0) this.#state = STRING;
  }

  #takeInWord(byte: number, at: number): void {
    if (byte !== this.#word.charCodeAt(this.#wordAt)) this.#fail('unexpected');
    else if (++this.#wordAt === this.#word.length) this.#endValue(at + 1);
  }

  #takeInNumber(piece: Buffer, from: number): number {
    let at = from;
    for (; at < piece.length; at++) {
      at = behindDigits(this.#numberPart, piece, at);
      if (at === piece.length) break;
      const next = nextPart(this.#numberPart, piece[at] as number);
      if (next === NO_PART) {
        this.#endNumber(piece, at);
        break;
      }
      this.#numberPart = next;
    }
    return at;
  }

  /** Ends in front of the byte at `at`. */
  #endNumber(piece: Buffer, at: number): void {
    const part = this.#numberPart;
    if (!mayEndIn(part, piece[at])) {
      this.#fail('unexpected');
      return;
    }
    const end = this.#before + at;
    const mayBeLarge = part === EXPONENT || end - this.#numberStart > MAX_PLAIN_DIGITS;
    if (mayBeLarge && !Number.isFinite(Number(this.#digits + this.#digitsIn(piece, at)))) this.#fail('too-large');
    else this.#endValue(end);
  }

  #digitsIn(piece: Buffer, end: number): string {
    return piece.toString('latin1', Math.max(0, this.#numberStart - this.#before), end);
  }

  #mark(at: number): void {
    const depth = this.#open.length;
    if (depth <= 2) this.spans.mark(depth, at);
  }

  /** Elements of lists are no members. */
  #markOfMember(at: number): void {
    const depth = this.#open.length;
    if (depth <= 2 && this.#open[depth - 1] === true) this.spans.mark(depth, at);
  }

  #isTooDeep(): boolean {
    if (this.#open.length <= MAX_DEPTH) return false;
    this.#fail('too-deep');
    return true;
  }

  #fail(problem: JsonProblem): void {
    this.#problem = problem;
    this.#state = BROKEN;
  }
}

const NOTHING = Buffer.alloc(0);
