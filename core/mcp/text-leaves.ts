/**
 * The texts of a JSON value, each decoded once, with the place it has in the bytes: what looks into them sees what their reader sees,
 * however it is escaped, and what is changed in one leaves all bytes around it as they are. Assumes that the bytes are JSON.
 */
import { escapePart } from '../json-pointer.ts';
import { type Span, endOfString } from './json-scan.ts';

/** The way to a value: RFC 6901. */
interface Place {
  readonly parent: Place | undefined;
  readonly part: string | number;
}

export interface TextLeaf {
  /** Decoded; of a number, as it is written. */
  readonly text: string;
  /** Bytes, with the quotes of a string. */
  readonly span: Span;
  /** `key`: it is the name of a member, not its value. */
  readonly kind: 'string' | 'number' | 'key';
  /** Of the innermost member that it is in. */
  readonly key: string | undefined;
  readonly place: Place | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** Fewer digits tell nothing by themselves. */
const SHORTEST_NUMBER = 9;

interface Container {
  readonly isObject: boolean;
  readonly place: Place | undefined;
  /** Of the member that is being read; of a list, of the member it is in. */
  key: string | undefined;
  index: number;
  isKeyNext: boolean;
}

/** What a leaf costs whoever looks at it, however short its text is, in units of a text. */
export const LEAF_UNITS = 8;

/**
 * In the order of the text. `skip`: members of the outermost object that are left out. `maxUnits`: of their texts and `LEAF_UNITS` for each;
 * the last leaf is the one that goes over it. `shortestNumber`: in characters, of numbers that are texts. A leaf is a hundred bytes of memory, and two quotes are enough for one.
 */
export function textLeaves(
  bytes: Buffer,
  span: Span,
  skip: ReadonlySet<string> = NONE,
  maxUnits = Infinity,
  shortestNumber = SHORTEST_NUMBER,
): TextLeaf[] {
  const leaves = new Leaves(maxUnits);
  const open: Container[] = [];
  const decoder = new Decoder(bytes);
  let skipped: Container | undefined;
  for (let i = span.start; i < span.end && !leaves.isFull; i++) {
    const byte = bytes[i] as number;
    const inner = open.at(-1);
    if (byte === QUOTE) {
      const end = endOfString(bytes, i + 1) + 1;
      if (inner?.isKeyNext === true) {
        inner.key = decoder.read(i, end);
        inner.isKeyNext = false;
        if (open.length === 1 && skip.has(inner.key)) skipped = inner;
        else if (skipped === undefined)
          leaves.add({ text: inner.key, span: { start: i, end }, kind: 'key', key: undefined, place: placeIn(inner) });
      } else if (skipped === undefined) leaves.add(leafAt(decoder.read(i, end), i, end, 'string', inner));
      i = end - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const isObject = byte === OPEN_BRACE;
      const place = inner === undefined ? undefined : placeIn(inner);
      open.push({ isObject, place, key: isObject ? undefined : inner?.key, index: 0, isKeyNext: isObject });
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open.pop();
    else if (byte === COMMA && inner !== undefined) {
      inner.index++;
      inner.isKeyNext = inner.isObject;
      if (skipped === inner) skipped = undefined;
    } else if (byte === MINUS || isDigit(byte)) {
      const end = endOfNumber(bytes, i, span.end);
      if (end - i >= shortestNumber && skipped === undefined)
        leaves.add(leafAt(bytes.toString('latin1', i, end), i, end, 'number', inner));
      i = end - 1;
    }
  }
  return leaves.all;
}

class Leaves {
  readonly all: TextLeaf[] = [];
  #left: number;

  constructor(maxUnits: number) {
    this.#left = maxUnits;
  }

  get isFull(): boolean {
    return this.#left < 0;
  }

  add(one: TextLeaf): void {
    this.all.push(one);
    this.#left -= one.text.length + LEAF_UNITS;
  }
}

const NONE: ReadonlySet<string> = new Set();

function leafAt(
  text: string,
  start: number,
  end: number,
  kind: 'string' | 'number',
  inner: Container | undefined,
): TextLeaf {
  return { text, span: { start, end }, kind, key: inner?.key, place: inner === undefined ? undefined : placeIn(inner) };
}

function placeIn({ isObject, place, key, index }: Container): Place {
  return { parent: place, part: isObject ? (key ?? '') : index };
}

/** JSON Pointer from the value that was looked through. `unsaid`: names of members that it must not repeat. */
export function pointerOf({ place }: TextLeaf, unsaid: ReadonlySet<string> = NONE): string {
  let pointer = '';
  for (let at = place; at !== undefined; at = at.parent) {
    const part = String(at.part);
    pointer = `/${unsaid.has(part) ? UNSAID : escapePart(part)}${pointer}`;
  }
  return pointer;
}

const UNSAID = '[redacted]';

/** The bytes of a part of a leaf, from and to in UTF-16 units of its text. */
export function bytesOf(bytes: Buffer, leaf: TextLeaf, from: number, to: number): Span {
  return new LeafBytes(bytes).of(leaf, from, to);
}

/** The same of many parts. Parts of a leaf are asked for by where they begin, or each costs all that lies in front of it. */
export class LeafBytes {
  readonly #bytes: Buffer;
  #leaf: TextLeaf | undefined = undefined;
  #at = 0;
  #unit = 0;
  #to = 0;
  /** Of what was asked for last: many things stand in one text that is Base64. */
  #span: Span | undefined = undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  of(leaf: TextLeaf, from: number, to: number): Span {
    const bytes = this.#bytes;
    if (this.#span !== undefined && leaf === this.#leaf && from === this.#unit && to === this.#to) return this.#span;
    if (leaf !== this.#leaf || from < this.#unit) {
      this.#leaf = leaf;
      this.#at = leaf.kind === 'number' ? leaf.span.start : leaf.span.start + 1;
      this.#unit = 0;
    }
    let [at, unit] = [this.#at, this.#unit];
    for (; unit < from; at += lengthAt(bytes, at)) unit += unitsAt(bytes, at);
    this.#at = at;
    this.#unit = unit;
    const start = at;
    for (; unit < to; at += lengthAt(bytes, at)) unit += unitsAt(bytes, at);
    this.#to = to;
    return (this.#span = { start, end: at });
  }
}

/** Bytes of the character that begins there, as it is written. */
function lengthAt(bytes: Buffer, at: number): number {
  const byte = bytes[at] as number;
  if (byte === BACKSLASH) return bytes[at + 1] === 0x75 ? 6 : 2;
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

function unitsAt(bytes: Buffer, at: number): number {
  return (bytes[at] as number) >= 0xf0 ? 2 : 1;
}

/** Knows where the next escape is, which is looked for once however many strings lie in front of it. */
class Decoder {
  readonly #bytes: Buffer;
  #escape = -1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The string between these quotes. */
  read(start: number, end: number): string {
    if (this.#escape < start) this.#escape = this.#nextEscape(start);
    if (this.#escape >= end) return this.#bytes.toString('utf8', start + 1, end - 1);
    return JSON.parse(this.#bytes.toString('utf8', start, end)) as string;
  }

  #nextEscape(start: number): number {
    const at = this.#bytes.indexOf(BACKSLASH, start);
    return at < 0 ? Infinity : at;
  }
}

function endOfNumber(bytes: Buffer, start: number, end: number): number {
  let i = start + 1;
  while (i < end && isOfNumber(bytes[i] as number)) i++;
  return i;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Digits, `.`, `e`, `E`, `+`, `-`. */
function isOfNumber(byte: number): boolean {
  return isDigit(byte) || byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b || byte === MINUS;
}
