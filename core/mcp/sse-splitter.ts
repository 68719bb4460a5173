/** A stream of events, cut into whole ones without changing a byte. Each byte is looked at once, however the stream comes in. */
import { LineEnds } from './line-ends.ts';
import { hasOddEnds, isOddSeam } from './one-line.ts';
import { PieceCollector } from './piece-collector.ts';
import type { Pieces } from './pieces.ts';
import { MAX_LINES, type SseEvent, SseOverflow } from './sse.ts';

const CR = 0x0d;
const LF = 0x0a;

/** An event as it came in. */
class ReceivedEvent implements SseEvent {
  readonly text: Pieces;
  readonly lines: readonly number[];
  readonly isFirst: boolean;
  readonly mayHaveOddLineEnds: boolean;

  constructor(text: Pieces, lines: readonly number[], isFirst: boolean, mayHaveOddLineEnds: boolean) {
    this.text = text;
    this.lines = lines;
    this.isFirst = isFirst;
    this.mayHaveOddLineEnds = mayHaveOddLineEnds;
  }

  get raw(): Buffer {
    return this.text.whole;
  }
}

/** Holds no more than the current event, and never more than `maxEventBytes`. */
export class SseSplitter {
  readonly #maxEventBytes: number;
  readonly #held = new PieceCollector();
  /** Of the event begun: start and end of each line that is over. */
  #lines: number[] = [];
  /** Where its current line starts. */
  #lineStart = 0;
  /** The last chunk ended in a CR, which may be half of a CRLF: the next one tells. */
  #endsInCr = false;
  #isFirst = true;
  #mayHaveOdd = false;
  /** The last two bytes: a line end that only some clients know may have begun in them. */
  #last = 0;

  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes;
  }

  /** Bytes that are kept of the event begun. */
  get heldBytes(): number {
    return this.#held.heldBytes;
  }

  /** The events completed by this chunk. Throws `SseOverflow` when an event grows beyond the bound. */
  push(chunk: Buffer): SseEvent[] {
    const events: SseEvent[] = [];
    if (chunk.length === 0) return events;
    this.#lookForOddEnds(chunk);
    // Where in the chunk the first byte of the event would stand.
    let origin = -this.#held.length;
    let behind = 0;
    if (this.#endsInCr) {
      this.#endsInCr = false;
      behind = chunk[0] === LF ? 1 : 0;
      if (this.#endLine(-1 - origin, behind - origin)) {
        events.push(this.#complete(chunk.subarray(0, behind)));
        origin = behind;
      }
    }
    const ends = new LineEnds(chunk, behind);
    for (let end = ends.next(); end >= 0; end = ends.next()) {
      if (end + 1 === chunk.length && chunk[end] === CR) {
        this.#endsInCr = true;
        break;
      }
      if (!this.#endLine(end - origin, ends.behind - origin)) continue;
      events.push(this.#complete(chunk.subarray(Math.max(origin, 0), ends.behind)));
      origin = ends.behind;
    }
    this.#hold(origin > 0 ? chunk.subarray(origin) : chunk);
    return events;
  }

  /** True when it was the blank one that ends the event. */
  #endLine(end: number, behind: number): boolean {
    const start = this.#lineStart;
    this.#lineStart = behind;
    if (end === start) return true;
    // One too many says that there are.
    if (this.#lines.length <= 2 * MAX_LINES) this.#lines.push(start, end);
    return false;
  }

  #complete(last: Buffer): SseEvent {
    const event = new ReceivedEvent(this.#held.take(last), this.#lines, this.#isFirst, this.#mayHaveOdd);
    this.#lines = [];
    this.#lineStart = 0;
    this.#isFirst = false;
    return event;
  }

  #hold(rest: Buffer): void {
    this.#held.push(rest);
    if (this.#held.length > this.#maxEventBytes)
      throw new SseOverflow(`an event is larger than ${this.#maxEventBytes} bytes`);
    if (this.#held.length === 0) this.#mayHaveOdd = false;
  }

  /** Once for all events of a chunk. */
  #lookForOddEnds(chunk: Buffer): void {
    const { length } = chunk;
    this.#mayHaveOdd ||= hasOddEnds(chunk) || isOddSeam(this.#last, chunk);
    const before = length > 1 ? (chunk[length - 2] as number) : this.#last & 0xff;
    this.#last = (before << 8) | (chunk[length - 1] as number);
  }
}
