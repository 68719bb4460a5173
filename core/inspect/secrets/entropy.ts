/** How random a text looks: what tells a key from a word when nothing else does. */

/** Shannon entropy in bits a character, over UTF-16 units. Texts of up to a few thousand characters. */
export function entropyOf(text: string): number {
  const { length } = text;
  if (length === 0) return 0;
  let others: Map<number, number> | undefined;
  // Of all that was counted, count × log2(count), kept up to date, so that no table has to be gone through for a short text.
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    let before: number;
    if (unit < ASCII.length) {
      before = ASCII[unit] as number;
      ASCII[unit] = before + 1;
    } else {
      before = (others ??= new Map()).get(unit) ?? 0;
      others.set(unit, before + 1);
    }
    sum += weightOf(before + 1) - weightOf(before);
  }
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < ASCII.length) ASCII[unit] = 0;
  }
  return Math.max(0, Math.log2(length) - sum / length);
}

/** How often each occurs; all 0 between two texts. Keys are of nothing else, and there may be one at every fourth character of a text. */
const ASCII = new Uint32Array(128);

/** count × log2(count). */
const WEIGHTS = Float64Array.from({ length: 512 }, (_, count) => (count === 0 ? 0 : count * Math.log2(count)));

function weightOf(count: number): number {
  return count < WEIGHTS.length ? (WEIGHTS[count] as number) : count * Math.log2(count);
}

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;

/**
 * The share of neighbours that are of different kinds: lower case, upper case, digit. Separators belong to none. About 0.62 in random
 * base 62, 0.47 in hexadecimal, 0.4 in random lower case with digits; near 0 in words, however they are joined (`get_user_token-v2`).
 */
export function mixtureOf(text: string): number {
  let changes = 0;
  let before = OTHER;
  for (let i = 0; i < text.length; i++) {
    const kind = kindOf(text.charCodeAt(i));
    if (kind !== before && kind !== OTHER && before !== OTHER) changes++;
    before = kind;
  }
  return text.length < 2 ? 0 : changes / (text.length - 1);
}

function kindOf(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) return LOWER;
  if (unit >= 0x41 && unit <= 0x5a) return UPPER;
  return unit >= 0x30 && unit <= 0x39 ? DIGIT : OTHER;
}
