/** One chain of audit lines: every line names the SHA-256 of the line before it. Beside it, the tree over the lines of the stream. */
import { hash } from 'node:crypto';
import { type Link, NO_PREVIOUS_LINE } from './record.ts';
import { leafHash } from './tree/compact-range.ts';
import { MarkedTree } from './tree/marked-tree.ts';

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
  readonly #tree = new MarkedTree();
  #head: string;

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
    return this.#tree.end;
  }

  get stream(): string {
    return this.#stream;
  }

  /** Root of the tree over all lines so far (RFC 9162 §2.1). */
  root(): Uint8Array {
    return this.#tree.root();
  }

  /** Hashes of the largest complete subtrees over all lines so far, base64: with them the tree goes on where its lines are elsewhere. */
  subtrees(): string[] {
    return this.#tree.hashes().map((subtree) => Buffer.from(subtree).toString('base64'));
  }

  /** See MarkedTree: a witness may be shown later that the tree of another mark goes on from the one of now. */
  get tree(): Pick<MarkedTree, 'mark' | 'keep' | 'consistency'> {
    return this.#tree;
  }

  /** The next line, without its newline. The record gets its place in the chain, and is of no other use afterwards. */
  append(record: Link): string {
    record.prev = this.#head;
    record.seq = this.#tree.end;
    record.server = this.#server;
    record.stream = this.#stream;
    const line = JSON.stringify(record);
    this.#head = lineHash(line);
    this.#tree.append(leafHash(this.#head));
    return line;
  }
}

/** What the next line's `prev` must be: SHA-256 over the line's bytes, without the newline. */
export function lineHash(line: string | Uint8Array): string {
  return hash('sha256', line, 'hex');
}
