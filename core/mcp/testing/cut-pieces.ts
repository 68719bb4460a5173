/** Texts in pieces, for tests. */
import { Pieces } from '../pieces.ts';

/** Cut at each of these places, modulo the length. */
export function cutAt(bytes: Buffer, cuts: readonly number[]): Pieces {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const list = edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
  const filled = list.filter(({ length }) => length > 0);
  return filled.length === 0 ? Pieces.of(bytes) : new Pieces(filled, bytes.length);
}

export function atEachByte(bytes: Buffer): Pieces {
  return cutAt(bytes, Array.from(bytes.keys()));
}
