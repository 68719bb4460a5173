/** Which parts of a tree a proof is made of (RFC 9162 §2.1.3.1, §2.1.4.1), and their hashes from one pass over the leaves. */
import { CompactRange, type Subtree } from './compact-range.ts';

export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** The largest power of two that is smaller than `size`, which is at least 2. */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** PATH(index, D[size]) of RFC 9162 §2.1.3.1: from the sibling of the leaf to the child of the root. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + split(end - begin);
    if (index < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.toReversed();
}

/** PROOF(from, D[size]) of RFC 9162 §2.1.4.1; `from` is at least 1 and at most `size`. */
export function consistencyRanges(from: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, size];
  while (from < end) {
    const middle = begin + split(end - begin);
    if (from <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  // Where it is the whole of the older tree, whoever checks the proof has its hash.
  if (begin !== 0) ranges.push({ begin, end });
  return ranges.toReversed();
}

/** Takes leaves in order, from the first one of a tree or from where its subtrees are known, and gives the hash of each range. */
export class RangeHashes {
  readonly #ranges: readonly LeafRange[];
  readonly #hashes: CompactRange[];

  constructor(ranges: readonly LeafRange[]) {
    this.#ranges = ranges;
    this.#hashes = ranges.map(({ begin }) => new CompactRange(begin));
  }

  /** A subtree of the leaves before the first one that is pushed. */
  subtree({ begin, level }: Subtree, hash: Uint8Array): void {
    this.#hashes[this.#indexOf(begin)]?.appendSubtree(level, hash);
  }

  leaf(index: number, hash: Uint8Array): void {
    this.#hashes[this.#indexOf(index)]?.append(hash);
  }

  /** Undefined where a leaf of a range has not come. */
  take(): Uint8Array[] | undefined {
    const whole = this.#ranges.every(({ end }, at) => this.#hashes[at]?.end === end);
    return whole ? this.#hashes.map((range) => range.root()) : undefined;
  }

  /** At most a hundred ranges, and they do not overlap. */
  #indexOf(leaf: number): number {
    return this.#ranges.findIndex(({ begin, end }) => leaf >= begin && leaf < end);
  }
}
