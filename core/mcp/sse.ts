/** What an event says, and how it says something else (WHATWG HTML, Server-sent events); sse-splitter.ts cuts a stream into them. */
import { LineEnds } from './line-ends.ts';
import { escapeOddEnds, hasOddEnds, oneLine } from './one-line.ts';
import { Pieces } from './pieces.ts';

const COLON = 0x3a;
const SPACE = 0x20;
const LINE_FEED = Buffer.from('\n');
const DATA = Buffer.from('data');
const EVENT = Buffer.from('event');
const ID = Buffer.from('id');
const RETRY = Buffer.from('retry');
const DATA_FIELD = Buffer.from('data: ');
const MESSAGE_FIELD = Buffer.from('event: message\n');
const FIELDS = [DATA, EVENT, ID, RETRY];
const LONGEST_FIELD = 5;
/** Of the beginning of a line: the name of a field, its colon and a space. */
const MAX_HEAD_BYTES = LONGEST_FIELD + 2;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Each line costs memory of its own; an event with a message has a handful, and printed for people thousands. */
export const MAX_LINES = 100_000;

/** One event exactly as it was received, with the blank line that ends it. */
export interface SseEvent {
  readonly raw: Buffer;
  /** The same in the pieces that it came in; to ask for `raw` costs a copy then. */
  readonly text?: Pieces;
  /** Start and end of each of its lines but the blank one. */
  readonly lines?: readonly number[];
  /** The first of its stream: only there do clients pass over a byte order mark. */
  readonly isFirst?: boolean;
  /** The chunk that it came in has bytes that some clients take for line ends; the event itself may have none. */
  readonly mayHaveOddLineEnds?: boolean;
}

/** The fields of an event that matter here. `data` is undefined when the event has no data field (comments, bare ids). */
export interface SseFields<Data = Buffer> {
  readonly event: string;
  /** Part of the event itself where it stands on one line. */
  readonly data: Data | undefined;
  readonly id: string | undefined;
  /** It has lines that are no field of ours; some client may read one there. */
  readonly hasOthers: boolean;
}

export class SseOverflow extends Error {
  override readonly name = 'SseOverflow';
}

/** Throws `SseOverflow` when there are very many lines. */
export function readFields(event: SseEvent): SseFields {
  const { data, ...others } = readPieces(event);
  return { ...others, data: data?.whole };
}

/** The same, with the data in the pieces that it came in. */
export function readPieces(event: SseEvent): SseFields<Pieces> {
  const text = event.text ?? Pieces.of(event.raw);
  const lines = event.lines ?? linesOf(event.raw);
  if (lines.length > 2 * MAX_LINES) throw new SseOverflow(`an event has more than ${MAX_LINES} lines`);
  const isWhole = text.list.length === 1;
  const markEnd = startsWithMark(event) ? BYTE_ORDER_MARK.length : 0;
  let type = 'message';
  let id: string | undefined;
  let only: Pieces | undefined;
  let several: Buffer[] | undefined;
  let hasOthers = markEnd > 0;
  for (let i = 0; i < lines.length; i += 2) {
    const start = Math.max(lines[i] as number, markEnd);
    const end = lines[i + 1] as number;
    // Of a line that is cut somewhere its beginning is enough.
    const head = isWhole ? text.whole : text.slice(start, Math.min(end, start + MAX_HEAD_BYTES));
    const from = isWhole ? start : 0;
    if (end <= start || head[from] === COLON) continue;
    const colon = colonIn(head, from, from + end - start);
    const behind = head[colon + 1] === SPACE ? colon + 2 : colon + 1;
    const valueStart = Math.min(start + behind - from, end);
    if (isFieldAt(head, from, colon, DATA)) {
      const value = text.part(valueStart, end);
      if (only === undefined) only = value;
      else (several ??= [only.whole]).push(LINE_FEED, value.whole);
    } else if (isFieldAt(head, from, colon, EVENT)) type = text.slice(valueStart, end).toString('utf8');
    else if (isFieldAt(head, from, colon, ID)) {
      const value = text.slice(valueStart, end).toString('utf8');
      // An id with a NUL is no id (WHATWG HTML, Server-sent events); careless clients take it for one.
      if (value.includes('\0')) hasOthers = true;
      else id = value;
    } else if (!isFieldAt(head, from, colon, RETRY)) hasOthers = true;
  }
  const data = several === undefined ? only : Pieces.of(Buffer.concat(several));
  return { event: type === '' ? 'message' : type, data, id, hasOthers };
}

/** Start and end of each line that is not blank. */
function linesOf(raw: Buffer): number[] {
  const lines: number[] = [];
  const ends = new LineEnds(raw, 0);
  for (let start = 0, end = ends.next(); end >= 0; start = ends.behind, end = ends.next()) {
    if (end > start && lines.length <= 2 * MAX_LINES) lines.push(start, end);
  }
  return lines;
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
  for (const line of linesIn(event)) {
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
export function hasOddLineEnds(event: SseEvent): boolean {
  return event.mayHaveOddLineEnds !== false && hasOddEnds(event.raw);
}

/** The event with none of them: escaped in its data, and other lines that have some left out. */
export function withoutOddLineEnds(event: SseEvent): SseEvent {
  const kept: Buffer[] = [];
  for (const line of linesIn(event)) {
    if (!hasOddEnds(line)) kept.push(line, LINE_FEED);
    else if (isDataLine(line)) kept.push(escapeOddEnds(line), LINE_FEED);
  }
  return { raw: Buffer.concat(kept) };
}

/** The same event with other data, every other line as it was; without data it only tells its id, and no client shows it to anybody. */
export function replaceData(event: SseEvent, data: Buffer | string | undefined): SseEvent {
  const kept: Buffer[] = [];
  for (const line of linesIn(event)) {
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

function* linesIn(event: SseEvent): Generator<Buffer> {
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

function startsWithMark(event: SseEvent): boolean {
  if (event.isFirst !== true) return false;
  const { length } = BYTE_ORDER_MARK;
  return (event.text?.slice(0, length) ?? event.raw.subarray(0, length)).equals(BYTE_ORDER_MARK);
}
