/** UTF-8 in the pieces that a text came in: a character may be cut between two of them. */
import { isUtf8 } from 'node:buffer';
import type { Pieces } from './pieces.ts';

const NOTHING = Buffer.alloc(0);
/** Bytes of the longest character (RFC 3629 §3). */
const LONGEST = 4;

export function isUtf8Text({ list }: Pieces): boolean {
  let begun: Buffer = NOTHING;
  for (const piece of list) {
    let from = 0;
    if (begun.length > 0) {
      const seam = Buffer.concat([begun, piece.subarray(0, LONGEST - 1)]);
      const length = lengthOf(seam[0] as number);
      if (seam.length < length) {
        begun = seam;
        continue;
      }
      if (!isUtf8(seam.subarray(0, length))) return false;
      from = length - begun.length;
    }
    const end = lastWhole(piece, from);
    if (!isUtf8(from === 0 && end === piece.length ? piece : piece.subarray(from, end))) return false;
    begun = piece.subarray(end);
  }
  return begun.length === 0;
}

/** Where the character begins that is not over at the end; the end when there is none. */
function lastWhole(piece: Buffer, from: number): number {
  const { length } = piece;
  for (let at = length - 1; at >= from && at > length - LONGEST; at--) {
    const byte = piece[at] as number;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) return at + lengthOf(byte) > length ? at : length;
  }
  return length;
}

/** Of the character that a byte begins. */
function lengthOf(first: number): number {
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : LONGEST;
}
