/**
 * The tree over the lines of a stream (RFC 9162 §2.1), of which only the hashes of the largest complete subtrees are kept: at most 2·log₂ n
 * of them, and never a line. The entry of a line is its SHA-256, the one that the next line names as `prev`: so a line is hashed once, and
 * a record whose text is gone still has its place.
 */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

const leafInput = Buffer.alloc(1 + HASH_BYTES);
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Of SHA-256 as bytes Node makes a Hash object, and takes three times as long as for a string. */
function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}

/** RFC 9162 §2.1.1: SHA-256 over 0x00 and the entry. `lineHash`: 64 hex digits. */
export function leafHash(lineHash: string): Buffer {
  leafInput.write(lineHash, 1, 'hex');
  return sha256(leafInput);
}

/** RFC 9162 §2.1.1: SHA-256 over 0x01 and both children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Of an empty tree: SHA-256 over nothing. */
const EMPTY_ROOT = sha256(Buffer.alloc(0));

interface Node {
  /** It covers 2^level leaves. */
  readonly level: number;
  readonly hash: Uint8Array;
}

export class CompactRange {
  readonly begin: number;
  #end: number;
  /** Largest complete subtrees, from left to right. */
  readonly #nodes: Node[] = [];

  constructor(begin = 0) {
    this.begin = begin;
    this.#end = begin;
  }

  /**
   * The tree over the first `size` lines, whose lines are elsewhere: `hashes` as `hashes()` gave them. Undefined where there are more or
   * fewer than so many lines have, or one is no hash.
   */
  static of(size: number, hashes: readonly Uint8Array[]): CompactRange | undefined {
    const range = new CompactRange();
    for (const { level } of subtrees(size)) {
      const found = hashes[range.#nodes.length];
      if (found?.length !== HASH_BYTES) return undefined;
      range.#nodes.push({ level, hash: found });
    }
    range.#end = size;
    return range.#nodes.length === hashes.length ? range : undefined;
  }

  /** Behind the last leaf. */
  get end(): number {
    return this.#end;
  }

  append(leaf: Uint8Array): void {
    this.#push({ level: 0, hash: leaf });
  }

  /** A complete subtree that begins where this range ends. */
  appendSubtree(level: number, subtree: Uint8Array): void {
    this.#push({ level, hash: subtree });
  }

  /** What follows on this range. */
  appendRange(next: CompactRange): void {
    for (const node of next.#nodes) this.#push(node);
  }

  #push(node: Node): void {
    this.#end += 2 ** node.level;
    let last = node;
    // Two neighbours of one size are one of the next, where their parent begins at a multiple of its own size.
    for (;;) {
      const before = this.#nodes.at(-1);
      if (before?.level !== last.level || this.#end % 2 ** (last.level + 1) !== 0) break;
      this.#nodes.pop();
      last = { level: last.level + 1, hash: nodeHash(before.hash, last.hash) };
    }
    this.#nodes.push(last);
  }

  /** From left to right. */
  hashes(): Uint8Array[] {
    return this.#nodes.map((node) => node.hash);
  }

  /** The hash of a part whose borders are borders of the subtrees, and which has a root as below. */
  subtree({ begin, end }: { readonly begin: number; readonly end: number }): Uint8Array {
    const inside: Node[] = [];
    let at = this.begin;
    for (const node of this.#nodes) {
      if (at >= begin && at < end) inside.push(node);
      at += 2 ** node.level;
    }
    return inside.reduceRight<Uint8Array | undefined>(foldRight, undefined) ?? EMPTY_ROOT;
  }

  /** RFC 9162 §2.1.1, of a range that begins at 0 or at a multiple of a power of two that is no smaller than the range. */
  root(): Uint8Array {
    return this.#nodes.reduceRight<Uint8Array | undefined>(foldRight, undefined) ?? EMPTY_ROOT;
  }
}

function foldRight(right: Uint8Array | undefined, node: Node): Uint8Array {
  return right === undefined ? node.hash : nodeHash(node.hash, right);
}

export interface Subtree {
  readonly begin: number;
  readonly level: number;
}

/** The largest complete subtrees of the first `size` leaves: one for each bit that is set. */
export function* subtrees(size: number): Generator<Subtree> {
  let begin = 0;
  for (let level = 52; level >= 0; level -= 1) {
    const leaves = 2 ** level;
    if (size - begin < leaves) continue;
    yield { begin, level };
    begin += leaves;
  }
}
