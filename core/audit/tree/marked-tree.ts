/**
 * The tree over the lines of a stream (RFC 9162 §2.1), with marks at some of its sizes: between two marks it can be proven that the larger
 * tree goes on from the smaller one, without the lines. A line costs what it costs in one tree without marks; a mark at most a hundred hashes.
 */
import { CompactRange } from './compact-range.ts';
import { consistencyRanges } from './proof-ranges.ts';

/** A mark that nobody asks for any more is not kept for ever. */
const MAX_MARKS = 16;

export class MarkedTree {
  /** Neighbours: each begins where the one before ends, the first at 0. Their borders are the marks. */
  readonly #parts: CompactRange[] = [new CompactRange()];
  /** Marks that must stay: somebody holds the tree of one of these sizes. */
  #kept: readonly number[] = [];

  get end(): number {
    return this.#last.end;
  }

  append(leaf: Uint8Array): void {
    this.#last.append(leaf);
  }

  /** Root of the tree over all lines so far. */
  root(): Uint8Array {
    return joined(this.#parts).root();
  }

  /** The largest complete subtrees over all lines so far, from left to right. */
  hashes(): Uint8Array[] {
    return joined(this.#parts).hashes();
  }

  /** A proof may begin, or end, at the size that the tree has now. */
  mark(): void {
    const { end, begin } = this.#last;
    if (end > begin) this.#parts.push(new CompactRange(end));
    if (this.#parts.length <= MAX_MARKS) return;
    const oldest = this.#parts.findIndex((part) => part.begin > 0 && !this.#kept.includes(part.begin));
    this.#merge(oldest - 1, oldest);
  }

  /** The tree of one of these sizes is what is asked for next: smaller ones are not. */
  keep(...sizes: readonly number[]): void {
    this.#kept = sizes;
    const smallest = Math.min(...sizes);
    const first = this.#parts.findIndex((part) => part.begin >= smallest);
    if (first > 1) this.#merge(0, first - 1);
  }

  /**
   * PROOF(from, D[to]) of RFC 9162 §2.1.4.1, empty where there is nothing to prove. Undefined where one of them is no mark, nor 0, nor the
   * size that the tree has now.
   */
  consistency(from: number, to: number): Uint8Array[] | undefined {
    const [begin, end] = [this.#startingAt(from), this.#startingAt(to)];
    if (begin === undefined || end === undefined || from > to) return undefined;
    if (from === 0 || from === to) return [];
    const older = joined(this.#parts.slice(0, begin));
    const newer = joined(this.#parts.slice(begin, end));
    return consistencyRanges(from, to).map((range) => (range.begin < from ? older : newer).subtree(range));
  }

  get #last(): CompactRange {
    return this.#parts[this.#parts.length - 1] as CompactRange;
  }

  /** How many parts are before this size. */
  #startingAt(size: number): number | undefined {
    if (size === this.end) return this.#last.begin === size ? this.#parts.length - 1 : this.#parts.length;
    const found = this.#parts.findIndex((part) => part.begin === size);
    return found === -1 ? undefined : found;
  }

  #merge(first: number, last: number): void {
    const parts = this.#parts.slice(first, last + 1);
    this.#parts.splice(first, parts.length, joined(parts));
  }
}

function joined(parts: readonly CompactRange[]): CompactRange {
  const whole = new CompactRange(parts[0]?.begin ?? 0);
  for (const part of parts) whole.appendRange(part);
  return whole;
}
