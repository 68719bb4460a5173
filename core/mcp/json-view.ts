/**
 * Where the members of a JSON object stand in its text, found without building anything: what passes is decided on by a few of its
 * members and forwarded as the bytes it came in, whatever its size.
 *
 * Exact for every text that is JSON. Of one that is not, a view may exist, but no client can read what it was taken from.
 */
import { knownAs } from './fold.ts';
import { Pieces } from './pieces.ts';
import { parseJson } from './parse-json.ts';
import { type Span, endOfString, endOfValue, isRestBlank, skipBlanks } from './json-scan.ts';
import { MAX_JSON_MEMBERS, isModest } from './json-size.ts';

export { type Span, elementsOf } from './json-scan.ts';

const MAX_VALUE_BYTES = 4 * 1024 * 1024;
/** Too little text for very many values. */
const SMALL = 64 * 1024;

const FEW_KEYS = 16;
const NULL_LENGTH = 'null'.length;
const NONE: readonly never[] = [];

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BACKSLASH = 0x5c;

export class JsonView {
  readonly #text: Buffer | Pieces;
  /** In the order of the text; `#places` holds start and end of each. Objects of MCP are small: looking through is quicker than hashing. */
  readonly #keys: readonly string[];
  readonly #places: readonly number[];
  /** Of an object with many: looked through for each of them, it would cost the square of their number. */
  #index: ReadonlyMap<string, number> | undefined = undefined;
  /** Index of its opening brace. */
  readonly start: number;

  /** Members that are objects themselves, as far as they were looked into already; by position. */
  readonly #inner: readonly (JsonView | undefined)[];

  private constructor(text: Buffer | Pieces, start: number, { keys, places, inner = NONE }: Members) {
    this.#text = text;
    this.start = start;
    this.#keys = keys;
    this.#places = places;
    this.#inner = inner;
  }

  /** The object that a text, or a part of one, consists of; undefined when it is none, has one member twice, or has very many. */
  static of(bytes: Buffer, span: Span = { start: 0, end: bytes.length }): JsonView | undefined {
    const members = membersOf(bytes, span);
    return members === undefined ? undefined : new JsonView(bytes, skipBlanks(bytes, span.start, span.end), members);
  }

  /** Of an object whose members were found by who has read all of the text; it starts at `start`. */
  static scanned(text: Buffer | Pieces, start: number, members: Members): JsonView {
    return new JsonView(text, start, members);
  }

  /** All of the text that it stands in. Costs a copy where that came in pieces. */
  get bytes(): Buffer {
    return this.#text instanceof Pieces ? this.#text.whole : this.#text;
  }

  get keys(): readonly string[] {
    return this.#keys;
  }

  has(key: string): boolean {
    return this.#indexOf(key) >= 0;
  }

  span(key: string): Span | undefined {
    const i = this.#indexOf(key);
    return i < 0 ? undefined : { start: this.#places[2 * i] as number, end: this.#places[2 * i + 1] as number };
  }

  /** A member that is an object itself. */
  view(key: string): JsonView | undefined {
    const span = this.span(key);
    if (span === undefined || this.#byteAt(span.start) !== OPEN_BRACE) return undefined;
    return this.scannedView(key) ?? JsonView.of(this.bytes, span);
  }

  /** The same, where it is there without looking for it. */
  scannedView(key: string): JsonView | undefined {
    return this.#inner[this.#indexOf(key)];
  }

  /** A member as the value it is; undefined when it is not there, not JSON, or very large. */
  value(key: string): unknown {
    const span = this.span(key);
    return span === undefined ? undefined : this.#parse(span);
  }

  /** A member that is a string. */
  string(key: string): string | undefined {
    const span = this.span(key);
    if (span === undefined || this.#byteAt(span.start) !== QUOTE) return undefined;
    const value = this.#parse(span);
    return typeof value === 'string' ? value : undefined;
  }

  isNull(key: string): boolean {
    const span = this.span(key);
    return span !== undefined && span.end - span.start === NULL_LENGTH && this.#parse(span) === null;
  }

  #byteAt(index: number): number | undefined {
    return this.#text instanceof Pieces ? this.#text.byteAt(index) : this.#text[index];
  }

  #parse(span: Span): unknown {
    if (!(this.#text instanceof Pieces)) return parseSpan(this.#text, span);
    if (span.end - span.start > MAX_VALUE_BYTES) return undefined;
    const bytes = this.#text.slice(span.start, span.end);
    return parseSpan(bytes, { start: 0, end: bytes.length });
  }

  #indexOf(key: string): number {
    if (this.#keys.length <= FEW_KEYS) return this.#keys.indexOf(key);
    this.#index ??= new Map(this.#keys.map((one, i) => [one, i]));
    return this.#index.get(key) ?? -1;
  }

  /** A key that some decoder would take for one of these, but that is not spelled like it. */
  misspelled(known: ReadonlyMap<string, string>): string | undefined {
    for (const key of this.#keys) {
      const exact = knownAs(known, key);
      if (exact !== undefined && exact !== key) return key;
    }
    return undefined;
  }
}

export interface Members {
  readonly keys: string[];
  readonly places: number[];
  readonly inner?: readonly (JsonView | undefined)[];
}

/** Without making a string of what is long. */
export function isNullAt(bytes: Buffer, { start, end }: Span): boolean {
  return end - start === NULL_LENGTH && bytes.toString('latin1', start, end) === 'null';
}

/** What is made a value is small in all messages there are; in one there need not be, it would take many times the memory of its text. */
function parseSpan(bytes: Buffer, { start, end }: Span): unknown {
  if (end - start > MAX_VALUE_BYTES || (end - start > SMALL && !isModest(bytes.subarray(start, end)))) return undefined;
  try {
    return parseJson(bytes.toString('utf8', start, end));
  } catch {
    return undefined;
  }
}

/** A part of a text that is to be another one. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A text with some of its values replaced; `edits` in the order of the text. */
export function splice(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { span, text } of edits) {
    parts.push(bytes.subarray(from, span.start), Buffer.from(text));
    from = span.end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

function membersOf(bytes: Buffer, span: Span): Members | undefined {
  let i = skipBlanks(bytes, span.start, span.end);
  if (bytes[i] !== OPEN_BRACE) return undefined;
  const members: Members = { keys: [], places: [] };
  const seen = new SeenKeys();
  i = skipBlanks(bytes, i + 1, span.end);
  if (bytes[i] === CLOSE_BRACE) return isRestBlank(bytes, i + 1, span.end) ? members : undefined;
  for (;;) {
    if (bytes[i] !== QUOTE) return undefined;
    const quote = endOfString(bytes, i + 1);
    if (quote >= span.end) return undefined;
    const key = keyOf(bytes, i, quote);
    // Parsers disagree on which of two counts.
    if (key === undefined || members.keys.length === MAX_JSON_MEMBERS || !seen.add(key, members.keys)) return undefined;
    i = skipBlanks(bytes, quote + 1, span.end);
    if (bytes[i] !== COLON || i >= span.end) return undefined;
    const start = skipBlanks(bytes, i + 1, span.end);
    const end = endOfValue(bytes, start, span.end);
    if (end < 0) return undefined;
    members.keys.push(key);
    members.places.push(start, end);
    i = skipBlanks(bytes, end, span.end);
    if (bytes[i] === CLOSE_BRACE) return isRestBlank(bytes, i + 1, span.end) ? members : undefined;
    if (bytes[i] !== COMMA || i >= span.end) return undefined;
    i = skipBlanks(bytes, i + 1, span.end);
  }
}

/** Few keys are compared with each other, many are hashed. */
export class SeenKeys {
  #set: Set<string> | undefined = undefined;

  /** False when it was there already; `before` are those that were added. */
  add(key: string, before: readonly string[]): boolean {
    if (before.length < FEW_KEYS) return !before.includes(key);
    this.#set ??= new Set(before);
    if (this.#set.has(key)) return false;
    this.#set.add(key);
    return true;
  }
}

/** `open` and `close` are its quotes. */
export function keyOf(bytes: Buffer, open: number, close: number): string | undefined {
  const common = commonKeyOf(bytes, open + 1, close);
  if (common !== undefined) return common;
  let i = open + 1;
  while (i < close && bytes[i] !== BACKSLASH) i++;
  if (i === close) return bytes.toString('utf8', open + 1, close);
  const key = parseSpan(bytes, { start: open, end: close + 1 });
  return typeof key === 'string' ? key : undefined;
}

/** Keys of nearly every message, by length: found again by their bytes, without making a string. */
const COMMON_KEYS = byLength([
  ...['jsonrpc', 'id', 'method', 'params', 'result', 'error', 'code', 'message', 'data', 'content', 'isError', '_meta'],
  ...['structuredContent', 'resultType', 'tools', 'prompts', 'resources', 'contents', 'messages', 'progress', 'total'],
  ...[
    'progressToken',
    'level',
    'logger',
    'uri',
    'nextCursor',
    'capabilities',
    'protocolVersion',
    'serverInfo',
    'ttlMs',
  ],
]);

function byLength(
  keys: readonly string[],
): ReadonlyMap<number, readonly { readonly key: string; readonly bytes: Buffer }[]> {
  return Map.groupBy(
    keys.map((key) => ({ key, bytes: Buffer.from(key) })),
    ({ key }) => key.length,
  );
}

function commonKeyOf(bytes: Buffer, start: number, end: number): string | undefined {
  for (const common of COMMON_KEYS.get(end - start) ?? NONE) {
    let i = start;
    while (i < end && bytes[i] === common.bytes[i - start]) i++;
    if (i === end) return common.key;
  }
  return undefined;
}
