/** How random a text looks: what tells a key from a word when nothing else does. */

/** Shannon entropy in bits a character, over UTF-16 units. Texts of up to a few thousand characters. */
export function entropyOf(text: string): number {
  const { length } = text;
  let others: Map<number, number> | undefined;
  ASCII.fill(0);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < ASCII.length) ASCII[unit] = (ASCII[unit] as number) + 1;
    else (others ??= new Map()).set(unit, (others.get(unit) ?? 0) + 1);
  }
  let entropy = 0;
  for (const count of ASCII) if (count > 0) entropy -= (count / length) * Math.log2(count / length);
  for (const count of others?.values() ?? []) entropy -= (count / length) * Math.log2(count / length);
  return entropy;
}

/** How often each occurs. Keys are of nothing else, and there may be one at every fourth character of a text. */
const ASCII = new Uint32Array(128);

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
