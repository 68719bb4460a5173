/** One chain of audit lines: every line names the SHA-256 of the line before it. */
import { hash } from 'node:crypto';
import { type Link, NO_PREVIOUS_LINE } from './record.ts';

export interface ChainOptions {
  /** Unique per run of the writer. */
  stream: string;
  /** `namespace/name` of the server the calls go to. */
  server: string;
  /** The last line of the file the stream is appended to; absent for an empty file. */
  head?: { hash: string } | undefined;
}

export class Chain {
  readonly #stream: string;
  #server: string;
  #head: string;
  #seq = 0;

  constructor(options: ChainOptions) {
    this.#stream = options.stream.toWellFormed();
    this.#server = options.server.toWellFormed();
    this.#head = options.head?.hash ?? NO_PREVIOUS_LINE;
  }

  /** Lines from now on are of calls to this server: a gate may begin before it knows the name. */
  serve(server: string): void {
    this.#server = server.toWellFormed();
  }

  /** SHA-256 of the last line, in hex. Whoever keeps it elsewhere can tell later whether the tail was cut off. */
  get head(): string {
    return this.#head;
  }

  /** `seq` of the next line. */
  get next(): number {
    return this.#seq;
  }

  /** The next line, without its newline. The record gets its place in the chain, and is of no other use afterwards. */
  append(record: Link): string {
    record.prev = this.#head;
    record.seq = this.#seq;
    record.server = this.#server;
    record.stream = this.#stream;
    const line = JSON.stringify(record);
    this.#seq += 1;
    this.#head = lineHash(line);
    return line;
  }
}

/** What the next line's `prev` must be: SHA-256 over the line's bytes, without the newline. */
export function lineHash(line: string | Uint8Array): string {
  return hash('sha256', line, 'hex');
}
