/** Finds what means something in a JSON string (RFC 8259 §7): a quotation mark, a backslash, or a control character, which may not stand in one. */

/** From here on strings are looked at sixteen bytes at a time. */
const WORTH_A_VIEW = 256;
const HIGH_BITS = 0x80808080 | 0;

/** 1 for the bytes that stand for themselves. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[0x22] = 0;
PLAIN[0x5c] = 0;

/** The memory that the bytes lie in, four at a time; undefined where it is quicker to look at each. */
export function wordsAround({ buffer, length }: Buffer): Int32Array | undefined {
  return length < WORTH_A_VIEW ? undefined : new Int32Array(buffer, 0, buffer.byteLength >> 2);
}

/** Index of the first byte that does not stand for itself, or the length. `words` is the memory around the same bytes. */
export function behindPlain(bytes: Buffer, words: Int32Array | undefined, from: number): number {
  const { length } = bytes;
  let at = from;
  if (words !== undefined) {
    const { byteOffset } = bytes;
    // Most strings are short; words lie at multiples of four.
    const byHand = Math.min(from + 12 - ((byteOffset + from) & 3), length);
    while (at < byHand && PLAIN[bytes[at] as number] === 1) at++;
    if (at < byHand || at === length) return at;
    let i = (byteOffset + at) >> 2;
    const last = (byteOffset + length - 16) >> 2;
    for (; i <= last; i += 4) {
      const first = marks(words[i] as number) | marks(words[i + 1] as number);
      const second = marks(words[i + 2] as number) | marks(words[i + 3] as number);
      if (((first | second) & HIGH_BITS) !== 0) break;
    }
    at = Math.min(i * 4 - byteOffset, length);
  }
  while (at < length && PLAIN[bytes[at] as number] === 1) at++;
  return at;
}

/**
 * The highest bit of a byte is 1 when it does not stand for itself, and of some behind such a one as well (Bit Twiddling Hacks, "hasless").
 * With its second bit turned the quotation mark is the next one behind all controls, so that one comparison finds both.
 */
function marks(word: number): number {
  return (((word ^ 0x02020202) - 0x21212121) | ((word ^ 0x5c5c5c5c) - 0x01010101)) & ~word;
}
