/** What one call takes up while it is there: a place among the calls, and bytes. Everything is given back once, whatever comes last. */
import type { Lease } from './byte-budget.ts';
import type { OpenCalls } from './open-calls.ts';

export class Room {
  readonly bytes: Lease;
  readonly #calls: OpenCalls;
  #isPresent: boolean;
  #isServed = false;
  #isRecorded = false;
  #isReplyOpen = false;
  #answersLater = false;

  /** `isPresent`: it is counted among those that are there. */
  constructor(calls: OpenCalls, bytes: Lease, isPresent: boolean) {
    this.#calls = calls;
    this.bytes = bytes;
    this.#isPresent = isPresent;
  }

  /** False when too many are in flight already. */
  serve(): boolean {
    if (!this.#calls.serve(this.bytes.owner)) return false;
    this.#isServed = true;
    return true;
  }

  /** It is a stream, which is counted as one. */
  becomesStream(): void {
    if (this.#isPresent) this.#calls.leave(this.bytes.owner);
    this.#isPresent = false;
  }

  /** What is answered is held until its client has taken it. */
  replyOpened(): void {
    this.#isReplyOpen = true;
  }

  replyClosed(): void {
    this.#isReplyOpen = false;
    if (this.#isRecorded) this.bytes.release();
  }

  /** Its answer comes on another stream: it stays in flight when it is recorded, until `answered`. */
  answersLater(): void {
    this.#answersLater = true;
  }

  answered(): void {
    this.#answersLater = false;
    if (this.#isRecorded) this.#leave();
  }

  /** It is over. */
  recorded(): void {
    if (!this.#answersLater) this.#leave();
    this.#isRecorded = true;
    if (!this.#isReplyOpen) this.bytes.release();
  }

  #leave(): void {
    if (this.#isServed) this.#calls.served(this.bytes.owner);
    this.#isServed = false;
    this.becomesStream();
  }
}
