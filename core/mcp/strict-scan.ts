/**
 * Strict reading in one pass over the bytes, without a value being made: whether a text is JSON that all servers read in one way, and
 * where its members stand. It says yes, or that it does not know, and then json.ts looks closer: what is refused, and why, is said there
 * alone. So a yes has to be right, and all that costs is to say yes to as much as possible.
 */
import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS, MAX_JSON_VALUES } from './json-size.ts';
import { behindBlanks, behindDecimal, behindExponent, behindLiteral, behindString, wordsOf } from './json-lexis.ts';
import { JsonView } from './json-view.ts';
import { KeyTable, MAX_KEYS, NO_KEY } from './key-table.ts';

export interface Scan {
  /** False when a number lies outside ±(2^53 − 1). */
  readonly exact: boolean;
  /** A key is written with an escape, so that the text is for parse-json.ts alone. */
  readonly escapedKeys: boolean;
  /** Of an object, with those of its members that are large, or stand in it directly, as far as no list is in between. */
  readonly view: JsonView | undefined;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** No number of so few characters, without an exponent, lies outside ±(2^53 − 1). */
const EXACT_DIGITS = 15;
/** Objects with more members have no view: as a whole they are parsed quicker than member by member. */
const MAX_VIEWED = 64;
/** Of smaller objects there is a view only at the top. */
const LARGE = 2 * 1024;
const TOP_LEVELS = 2;
const FEW_MEMBERS = 1_024;
const MAX_STAMP = 0x3fff_ffff;
const FAILED = -1;

class Scanner {
  readonly #keys = new KeyTable();
  /** Of each open object or list: its first byte, where its members begin, and the key that it is found under. */
  readonly #kinds = new Uint8Array(MAX_JSON_DEPTH);
  readonly #starts = new Int32Array(MAX_JSON_DEPTH);
  readonly #bases = new Int32Array(MAX_JSON_DEPTH);
  readonly #owners = new Int32Array(MAX_JSON_DEPTH);
  /** Of the members of all open objects: key, and place of the value. */
  #ids = new Int32Array(FEW_MEMBERS);
  #places = new Int32Array(2 * FEW_MEMBERS);
  #top = 0;
  /** By group of keys, the last object that had one. */
  readonly #stamps = new Int32Array(MAX_KEYS);
  #stamp = 0;
  #views: JsonView[] = [];
  #viewAt: number[] = [];
  #exact = true;

  scan(bytes: Buffer, caseSensitive: boolean): Scan | undefined {
    this.#keys.begin();
    this.#top = 0;
    this.#exact = true;
    this.#views.length = 0;
    this.#viewAt.length = 0;
    const ok = this.#pass(bytes, wordsOf(bytes), caseSensitive);
    const view = this.#views[0];
    this.#views.length = 0;
    if (this.#ids.length > 64 * FEW_MEMBERS) {
      this.#ids = new Int32Array(FEW_MEMBERS);
      this.#places = new Int32Array(2 * FEW_MEMBERS);
    }
    return ok ? { exact: this.#exact, view, escapedKeys: this.#keys.sawEscape } : undefined;
  }

  #pass(bytes: Buffer, words: DataView, caseSensitive: boolean): boolean {
    const { length } = bytes;
    const kinds = this.#kinds;
    let depth = 0;
    let values = 0;
    let lists = 0;
    let isObject = false;
    let at = behindBlanks(bytes, 0);
    for (;;) {
      const first = at < length ? (bytes[at] as number) : 0;
      let closes = false;
      if (first === QUOTE) at = behindString(bytes, words, at + 1, true);
      else if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        if (depth === MAX_JSON_DEPTH || ++values > MAX_JSON_VALUES) return false;
        this.#open(depth, first, at);
        isObject = first === OPEN_BRACE;
        if (!isObject) lists++;
        depth++;
        at = behindBlanks(bytes, at + 1);
        closes = at < length && bytes[at] === (isObject ? CLOSE_BRACE : CLOSE_BRACKET);
        if (!closes) {
          if (isObject) at = this.#key(bytes, words, at, this.#owners[depth - 1] as number, true);
          if (at < 0) return false;
          continue;
        }
      } else if (first <= NINE && (first >= ZERO || first === MINUS)) at = this.#number(bytes, at);
      else at = behindLiteral(words, at);
      if (at < 0) return false;
      for (;;) {
        if (!closes) {
          if (depth === 0) return behindBlanks(bytes, at) === length;
          if (isObject && lists === 0) this.#places[2 * this.#top - 1] = at;
          let next = at < length ? (bytes[at] as number) : 0;
          if (next <= SPACE) {
            at = behindBlanks(bytes, at);
            next = at < length ? (bytes[at] as number) : 0;
          }
          if (next === COMMA) {
            if (++values > MAX_JSON_VALUES) return false;
            at++;
            if (at < length && (bytes[at] as number) <= SPACE) at = behindBlanks(bytes, at);
            if (isObject) at = this.#key(bytes, words, at, this.#ids[this.#top - 1] as number, false);
            if (at < 0) return false;
            break;
          }
          if (next !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) return false;
        }
        closes = false;
        depth--;
        at++;
        if (!isObject) lists--;
        else if (!this.#close(bytes, depth, at, lists, caseSensitive)) return false;
        isObject = depth > 0 && kinds[depth - 1] === OPEN_BRACE;
      }
    }
  }

  #open(depth: number, kind: number, at: number): void {
    this.#owners[depth] =
      depth === 0
        ? NO_KEY
        : this.#kinds[depth - 1] === OPEN_BRACE
          ? (this.#ids[this.#top - 1] as number)
          : (this.#owners[depth - 1] as number);
    this.#kinds[depth] = kind;
    this.#starts[depth] = at;
    this.#bases[depth] = this.#top;
  }

  /** Behind the colon and the blanks that follow. */
  #key(bytes: Buffer, words: DataView, from: number, before: number, isFirst: boolean): number {
    if (from >= bytes.length || bytes[from] !== QUOTE) return FAILED;
    const keys = this.#keys;
    let id = keys.likely(before, isFirst);
    let at = id === NO_KEY ? FAILED : keys.behind(bytes, words, from + 1, id);
    if (at < 0) {
      at = behindString(bytes, words, from + 1, true);
      if (at < 0) return FAILED;
      id = keys.take(bytes, from + 1, at - 1);
      if (id < 0) return FAILED;
      keys.expect(id, before, isFirst);
    }
    if (at < bytes.length && bytes[at] !== COLON) at = behindBlanks(bytes, at);
    if (at >= bytes.length || bytes[at] !== COLON) return FAILED;
    at++;
    if (at < bytes.length && (bytes[at] as number) <= SPACE) at = behindBlanks(bytes, at);
    const top = this.#top;
    if (top === this.#ids.length) this.#grow();
    this.#ids[top] = id;
    this.#places[2 * top] = at;
    this.#top = top + 1;
    return at;
  }

  #grow(): void {
    const ids = new Int32Array(2 * this.#ids.length);
    ids.set(this.#ids);
    this.#ids = ids;
    const places = new Int32Array(2 * ids.length);
    places.set(this.#places);
    this.#places = places;
  }

  #number(bytes: Buffer, start: number): number {
    const decimal = behindDecimal(bytes, start);
    const end = decimal < 0 ? decimal : behindExponent(bytes, decimal);
    if (end < 0 || (end === decimal && end - start <= EXACT_DIGITS)) return end;
    const value = Number(bytes.toString('latin1', start, end));
    if (!Number.isFinite(value)) return FAILED;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) this.#exact = false;
    return end;
  }

  /** False where a key stands in it twice, or two that are one to some. */
  #close(bytes: Buffer, depth: number, end: number, lists: number, caseSensitive: boolean): boolean {
    const base = this.#bases[depth] as number;
    const count = this.#top - base;
    if (count > MAX_JSON_MEMBERS) return false;
    if (this.#stamp++ === MAX_STAMP) {
      this.#stamps.fill(0);
      this.#stamp = 1;
    }
    for (let i = base; i < this.#top; i++) {
      const id = this.#ids[i] as number;
      const group = caseSensitive ? id : this.#keys.groupOf(id);
      if (this.#stamps[group] === this.#stamp) return false;
      this.#stamps[group] = this.#stamp;
    }
    if (lists === 0) this.#view(bytes, depth, end, base, count);
    this.#top = base;
    return true;
  }

  #view(bytes: Buffer, depth: number, end: number, base: number, count: number): void {
    const start = this.#starts[depth] as number;
    let next = this.#viewAt.length;
    while (next > 0 && (this.#viewAt[next - 1] as number) >= base) next--;
    if (count > MAX_VIEWED || (depth >= TOP_LEVELS && end - start < LARGE)) {
      this.#views.length = next;
      this.#viewAt.length = next;
      return;
    }
    const keys: string[] = [];
    const places: number[] = [];
    const inner: (JsonView | undefined)[] = [];
    let v = next;
    for (let i = base; i < this.#top; i++) {
      keys.push(this.#keys.nameOf(this.#ids[i] as number));
      places.push(this.#places[2 * i] as number, this.#places[2 * i + 1] as number);
      inner.push(this.#viewAt[v] === i ? this.#views[v++] : undefined);
    }
    this.#views.length = next;
    this.#viewAt.length = next;
    this.#views.push(JsonView.scanned(bytes, start, { keys, places, inner }));
    this.#viewAt.push(base - 1);
  }
}

const scanner = new Scanner();

/** Undefined: a closer look is needed. The text is known to be UTF-8 without a byte order mark. */
export function scanStrictly(bytes: Buffer, caseSensitiveKeys: boolean): Scan | undefined {
  return scanner.scan(bytes, caseSensitiveKeys);
}
