/** Server-sent events as bytes: split into whole events without changing them (WHATWG HTML, Server-sent events). */
import { LineEnds } from './line-ends.ts';
import { escapeOddEnds, hasOddEnds, oneLine } from './one-line.ts';

const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const EMPTY = Buffer.alloc(0);
const LINE_FEED = Buffer.from('\n');
const DATA = Buffer.from('data');
const EVENT = Buffer.from('event');
const ID = Buffer.from('id');
const RETRY = Buffer.from('retry');
const DATA_FIELD = Buffer.from('data: ');
const MESSAGE_FIELD = Buffer.from('event: message\n');
const FIELDS = [DATA, EVENT, ID, RETRY];
const LONGEST_FIELD = 5;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const MIN_STORE_BYTES = 4096;
/** Each line costs memory of its own; an event with a message has a handful, and printed for people thousands. */
const MAX_LINES = 100_000;

/** One event exactly as it was received, with the blank line that ends it. */
export interface SseEvent {
  readonly raw: Buffer;
  /** The first of its stream: only there do clients pass over a byte order mark. */
  readonly isFirst?: boolean;
  /** The chunk that it came in has bytes that some clients take for line ends; the event itself may have none. */
  readonly mayHaveOddLineEnds?: boolean;
}

/** The fields of an event that matter here. `data` is undefined when the event has no data field (comments, bare ids). */
export interface SseFields {
  readonly event: string;
  /** Part of the event itself where it stands on one line. */
  readonly data: Buffer | undefined;
  readonly id: string | undefined;
  /** It has lines that are no field of ours; some client may read one there. */
  readonly hasOthers: boolean;
}

export class SseOverflow extends Error {
  override readonly name = 'SseOverflow';
}

/** Cuts a byte stream into events; holds no more than the current one, and never more than `maxEventBytes`. */
export class SseSplitter {
  readonly #maxEventBytes: number;
  #isFirst = true;
  #mayHaveOdd = false;
  /** The event begun. A view of the first part of `#store`, or of the last chunk. */
  #pending: Buffer = EMPTY;
  /** Grows by doubling: an event that drips in byte by byte must not be copied as a whole for each of them. */
  #store: Buffer = EMPTY;
  /** How far into `#pending` was already looked at. */
  #scanned = 0;
  /** Where the current line starts in `#pending`. */
  #lineStart = 0;

  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes;
  }

  /** Bytes that are kept of the event begun. */
  get heldBytes(): number {
    return this.#pending.length === 0 ? 0 : Math.max(this.#pending.length, this.#store.length);
  }

  /** The events completed by this chunk. Throws `SseOverflow` when an event grows beyond the bound. */
  push(chunk: Buffer): SseEvent[] {
    const bytes = this.#pending.length === 0 ? chunk : this.#appended(chunk);
    const events: SseEvent[] = [];
    // Once for all events of a chunk; such a line end may have begun in the chunk before.
    const odd = bytes.subarray(Math.max(0, this.#scanned - 2));
    this.#mayHaveOdd ||= hasOddEnds(odd);
    const ends = new LineEnds(bytes, this.#scanned);
    let eventStart = 0;
    let lineStart = this.#lineStart;
    let end = ends.next();
    // A CR at the very end may be half of a CRLF: wait for the next chunk to tell.
    while (end >= 0 && !(bytes[end] === CR && end + 1 === bytes.length)) {
      const lineLength = end - lineStart;
      lineStart = ends.behind;
      if (lineLength === 0) {
        const raw = bytes.subarray(eventStart, lineStart);
        events.push({ raw, isFirst: this.#isFirst, mayHaveOddLineEnds: this.#mayHaveOdd });
        this.#isFirst = false;
        eventStart = lineStart;
      }
      end = ends.next();
    }
    const i = end < 0 ? bytes.length : end;
    this.#pending = bytes.subarray(eventStart);
    this.#scanned = i - eventStart;
    this.#lineStart = lineStart - eventStart;
    if (this.#pending.length > this.#maxEventBytes) {
      throw new SseOverflow(`an event is larger than ${this.#maxEventBytes} bytes`);
    }
    // What was handed out lies in the store and must stay as it is: the rest begins a new one.
    if (events.length > 0) this.#store = EMPTY;
    if (this.#pending.length === 0) this.#mayHaveOdd = false;
    return events;
  }

  #appended(chunk: Buffer): Buffer {
    const held = this.#pending.length;
    const length = held + chunk.length;
    if (this.#store.length < length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * length, MIN_STORE_BYTES));
      this.#pending.copy(larger);
      this.#store = larger;
    }
    chunk.copy(this.#store, held);
    return this.#store.subarray(0, length);
  }
}

/** Throws `SseOverflow` when there are very many lines. */
export function readFields(event: SseEvent): SseFields {
  const { raw } = event;
  let type = 'message';
  let id: string | undefined;
  let only: Buffer | undefined;
  let several: Buffer[] | undefined;
  let hasOthers = startsWithMark(event);
  let start = hasOthers ? BYTE_ORDER_MARK.length : 0;
  const ends = new LineEnds(raw, start);
  for (let count = 0, end = ends.next(); end >= 0; start = ends.behind, end = ends.next()) {
    if (++count > MAX_LINES) throw new SseOverflow(`an event has more than ${MAX_LINES} lines`);
    if (end === start || raw[start] === COLON) continue;
    const colon = colonIn(raw, start, end);
    const valueStart = raw[colon + 1] === SPACE ? colon + 2 : colon + 1;
    if (isFieldAt(raw, start, colon, DATA)) {
      const value = raw.subarray(Math.min(valueStart, end), end);
      if (only === undefined) only = value;
      else (several ??= [only]).push(LINE_FEED, value);
    } else if (isFieldAt(raw, start, colon, EVENT)) type = raw.toString('utf8', valueStart, end);
    else if (isFieldAt(raw, start, colon, ID)) {
      const value = raw.toString('utf8', valueStart, end);
      // An id with a NUL is no id (WHATWG HTML, Server-sent events); careless clients take it for one.
      if (value.includes('\0')) hasOthers = true;
      else id = value;
    } else if (!isFieldAt(raw, start, colon, RETRY)) hasOthers = true;
  }
  const data = several === undefined ? only : Buffer.concat(several);
  return { event: type === '' ? 'message' : type, data, id, hasOthers };
}

/** Where the name of a field ends: at its colon, or with the line. Longer names than the longest there is are none. */
function colonIn(raw: Buffer, start: number, end: number): number {
  const last = Math.min(end, start + LONGEST_FIELD + 1);
  for (let i = start; i < last; i++) if (raw[i] === COLON) return i;
  return end;
}

function isFieldAt(raw: Buffer, start: number, end: number, field: Buffer): boolean {
  if (end - start !== field.length) return false;
  for (let i = 0; i < field.length; i++) if (raw[start + i] !== field[i]) return false;
  return true;
}

/**
 * The event without what is no field. Clients do not agree on what is none: one that is widely used takes the letters of a byte
 * order mark that was encoded twice for one, and reads the field behind them.
 */
export function withoutOthers(event: SseEvent): SseEvent {
  const kept: Buffer[] = [];
  for (const line of lines(event)) {
    const colon = line.indexOf(COLON);
    if (colon === 0 || isField(fieldOf(line, colon), line)) kept.push(line, LINE_FEED);
  }
  return { raw: Buffer.concat([...kept, LINE_FEED]) };
}

function isField(name: Buffer, line: Buffer): boolean {
  return FIELDS.some((field) => field.equals(name)) && !(name.equals(ID) && line.includes(0));
}

function fieldOf(line: Buffer, colon: number): Buffer {
  return colon < 0 ? line : line.subarray(0, colon);
}

/** Some clients split there, too: a message could stand behind it that nobody here has seen. */
export function hasOddLineEnds({ raw, mayHaveOddLineEnds }: SseEvent): boolean {
  return mayHaveOddLineEnds !== false && hasOddEnds(raw);
}

/** The event with none of them: escaped in its data, and other lines that have some left out. */
export function withoutOddLineEnds(event: SseEvent): SseEvent {
  const kept: Buffer[] = [];
  for (const line of lines(event)) {
    if (!hasOddEnds(line)) kept.push(line, LINE_FEED);
    else if (isDataLine(line)) kept.push(escapeOddEnds(line), LINE_FEED);
  }
  return { raw: Buffer.concat(kept) };
}

/** The same event with other data, every other line as it was; without data it only tells its id, and no client shows it to anybody. */
export function replaceData(event: SseEvent, data: Buffer | string | undefined): SseEvent {
  const kept: Buffer[] = [];
  for (const line of lines(event)) {
    if (line.length === 0 || isDataLine(line)) continue;
    kept.push(line, LINE_FEED);
  }
  if (data !== undefined) kept.push(DATA_FIELD, oneLine(data), LINE_FEED);
  return { raw: Buffer.concat([...kept, LINE_FEED]) };
}

/** An event that carries one JSON-RPC message. */
export function messageEvent(json: Buffer | string): Buffer {
  return Buffer.concat([MESSAGE_FIELD, DATA_FIELD, oneLine(json), LINE_FEED, LINE_FEED]);
}

/** A comment; clients ignore it, idle timers on the way do not. */
export const KEEP_ALIVE = Buffer.from(': keep-alive\n\n');

function isDataLine(line: Buffer): boolean {
  const text = line.toString('latin1', 0, 5);
  return text === 'data:' || (line.length === 4 && text === 'data');
}

function* lines(event: SseEvent): Generator<Buffer> {
  const { raw } = event;
  // The field behind a mark that clients pass over must not go unread.
  let start = startsWithMark(event) ? BYTE_ORDER_MARK.length : 0;
  const ends = new LineEnds(raw, start);
  for (let end = ends.next(); end >= 0; end = ends.next()) {
    yield raw.subarray(start, end);
    start = ends.behind;
  }
  if (start < raw.length) yield raw.subarray(start);
}

function startsWithMark({ raw, isFirst }: SseEvent): boolean {
  return isFirst === true && raw.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
}
