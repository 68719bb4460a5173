/**
 * A byte stream of one message a line. A line is held up to a bound; of a longer one no more than whose it is, and the stream goes on
 * behind it: one message that is too long must not cost its sender all the others.
 */
import { type Overlong, OverlongMessage } from './overlong-message.ts';

const LF = 0x0a;
const CR = 0x0d;
/** At how many times the bound a line is taken for one that never ends. */
const ENDLESS = 64;

export interface MessageLineEvents {
  /** One line without its end; empty ones are passed over. */
  onLine(line: Buffer): void;
  /**
   * Once for a line beyond the bound that may be a message, as soon as it is known whose. `isGivenUp`: it was not too long, but what came in
   * beside it left no room.
   */
  onOverlong(message: Overlong, isGivenUp: boolean): void;
  /** A line beyond the bound that is no message, or does not end. Nothing is called any more. */
  onEndless(): void;
  /** How many bytes more, or (below zero) fewer, are held than before. Whoever hears it may give the line up at once. */
  onHeld?(bytes: number): void;
}

export class MessageLines {
  readonly #maxBytes: number;
  readonly #events: MessageLineEvents;
  #pending: Buffer[] = [];
  /** Length of the line so far; all of it is held, or nothing. */
  #bytes = 0;
  #heldBytes = 0;
  #overlong: OverlongMessage | undefined = undefined;
  #isTold = false;
  /** The line that is being read was given up within its bound. */
  #isGivenUp = false;
  #isOver = false;

  constructor(maxBytes: number, events: MessageLineEvents) {
    this.#maxBytes = maxBytes;
    this.#events = events;
  }

  push(chunk: Buffer): void {
    for (let start = 0; start < chunk.length && !this.#isOver;) {
      const lf = chunk.indexOf(LF, start);
      const end = lf < 0 ? chunk.length : lf;
      if (end > start) this.#take(chunk.subarray(start, end));
      if (lf >= 0 && !this.#isOver) this.#endLine();
      start = end + 1;
    }
  }

  /** Bytes of the line that is being read. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Holds no more of the line that is being read than whose it is, as of one that is too long. */
  giveUp(): void {
    if (this.#pending.length === 0) return;
    this.#isGivenUp = true;
    this.#beginOverlong();
    if (this.#overlong !== undefined) this.#look(this.#overlong);
  }

  /** Nothing more is read, and nothing is held. */
  close(): void {
    this.#isOver = true;
    this.#overlong = undefined;
    this.#letGo();
  }

  #take(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#overlong === undefined) {
      this.#pending.push(piece);
      if (this.#bytes > this.#maxBytes) this.#beginOverlong();
      else this.#hold(piece.length);
    } else this.#overlong.push(piece);
    if (this.#overlong !== undefined) this.#look(this.#overlong);
  }

  #beginOverlong(): void {
    this.#overlong = new OverlongMessage();
    this.#isTold = false;
    for (const piece of this.#pending) this.#overlong.push(piece);
    this.#letGo();
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.#events.onHeld?.(bytes);
  }

  #letGo(): void {
    this.#pending = [];
    const bytes = this.#heldBytes;
    this.#heldBytes = 0;
    if (bytes > 0) this.#events.onHeld?.(-bytes);
  }

  #look(message: OverlongMessage): void {
    // Words for people, that were given up for want of room and are no longer than a line may be, are no reason to stop reading.
    const isWords = !message.mayBeMessage && this.#bytes > this.#maxBytes;
    if (isWords || this.#bytes > ENDLESS * this.#maxBytes) {
      this.#isOver = true;
      this.#overlong = undefined;
      this.#events.onEndless();
    } else if (message.known !== undefined) this.#tell(message.known);
  }

  #endLine(): void {
    const [pending, overlong] = [this.#pending, this.#overlong];
    this.#letGo();
    this.#bytes = 0;
    this.#overlong = undefined;
    if (overlong !== undefined) {
      this.#tell(overlong.end());
      this.#isGivenUp = false;
      return;
    }
    const line = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending);
    const trimmed = line.at(-1) === CR ? line.subarray(0, -1) : line;
    if (trimmed.length > 0) this.#events.onLine(trimmed);
  }

  #tell(message: Overlong): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#events.onOverlong(message, this.#isGivenUp);
  }
}
