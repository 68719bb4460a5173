/**
 * Prints of texts: what is kept of a value, so that it is known again and cannot be read. A print is 48 bits of a keyed hash; whoever has
 * the prints and not the key can neither read a value nor try out which one it was.
 *
 * Of running text, prints are taken of every stretch of `GRAM` characters (a polynomial hash that rolls, after Karp and Rabin) and of
 * these the smallest of each `WINDOW` is chosen (winnowing: Schleimer, Wilkerson, Aiken, SIGMOD 2003, doi:10.1145/872757.872770): any
 * `GRAM + WINDOW - 1` characters that two texts share give at least one print that both have.
 */
import { hmacSha256Hex } from '../../digest.ts';
import { HalfSipHash } from './half-sip-hash.ts';
import type { Letters } from './letters.ts';

/** Letters and digits of one stretch. */
export const GRAM = 24;
/** Neighbouring stretches of which one is chosen. */
const WINDOW = 16;
/** The same in long texts. What is chosen so is chosen with the smaller number as well, so that either finds what the other has left. */
const LONG_WINDOW = 64;
const LONG = 16_384;
/** What two texts have to share at least, one after the other, to be known again for certain: in a text of any length, and in one that is not long. */
export const SURELY_KNOWN = GRAM + LONG_WINDOW - 1;
export const SURELY_KNOWN_IN_SHORT = GRAM + WINDOW - 1;
/** Of texts up to this length all prints are looked for, so that a value that is shorter than what is surely known is found in them. */
const ALL_OF = 4096;

const KEY = Buffer.from('sallyport.prints');

export class Printer {
  readonly #base: readonly [number, number];
  /** The bases to the power of `GRAM - 1`: what a character that is left behind has added. */
  readonly #leaving: readonly [number, number];
  readonly #hash: HalfSipHash;

  /** `secret`: at least 16 bytes and at most 64. The same of the same, and prints of two secrets have nothing to do with each other. */
  constructor(secret: Buffer) {
    const bytes = Buffer.from(hmacSha256Hex(secret, KEY), 'hex');
    // Odd, or the oldest characters would be shifted out.
    this.#base = [bytes.readUInt32LE(0) | 1, bytes.readUInt32LE(4) | 1];
    this.#leaving = [power(this.#base[0], GRAM - 1), power(this.#base[1], GRAM - 1)];
    this.#hash = new HalfSipHash(bytes.readUInt32LE(8), bytes.readUInt32LE(12));
  }

  /** Of a value as a whole. */
  ofToken(text: string): number {
    let [one, two] = [0, 0];
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i) + 1;
      one = (Math.imul(one, this.#base[0]) + code) | 0;
      two = (Math.imul(two, this.#base[1]) + code) | 0;
    }
    return this.#hash.of(one, two, text.length + 1);
  }

  /** Of a text, to be kept: one for about eight letters, of a long one for about thirty, and at least one where it has `GRAM`. */
  chosen(letters: Letters, into: Set<number>): void {
    this.#roll(letters, into, letters.length <= LONG ? WINDOW : LONG_WINDOW);
  }

  /** Of a text, to be looked for among those that are kept. */
  sought(letters: Letters, into: Set<number>): void {
    this.#roll(letters, into, letters.length <= ALL_OF ? 1 : WINDOW);
  }

  #roll({ codes, length }: Letters, into: Set<number>, window: number): void {
    const [base, otherBase] = this.#base;
    const [leaving, otherLeaving] = this.#leaving;
    const grams = length - GRAM + 1;
    if (grams <= 0) return;
    const [ones, twos, ranks] = roomFor(Math.min(window, grams));
    const slots = ones.length;
    let [one, two] = [0, 0];
    let last = -1;
    for (let i = 0; i < length; i++) {
      if (i >= GRAM) {
        const left = codes[i - GRAM] as number;
        one = (one - Math.imul(left, leaving)) | 0;
        two = (two - Math.imul(left, otherLeaving)) | 0;
      }
      const code = codes[i] as number;
      one = (Math.imul(one, base) + code) | 0;
      two = (Math.imul(two, otherBase) + code) | 0;
      const at = i - GRAM + 1;
      if (at < 0) continue;
      const slot = at % slots;
      ones[slot] = one;
      twos[slot] = two;
      const rank = rankOf(one, two);
      ranks[slot] = rank;
      if (at < slots - 1) continue;
      // The last of equal ones, as in robust winnowing: of what repeats itself, one for each window at most.
      let least = at;
      if (last > at - slots) {
        if (rank > (ranks[last % slots] as number)) continue;
      } else
        for (let k = at - 1; k > at - slots; k--)
          if ((ranks[k % slots] as number) < (ranks[least % slots] as number)) least = k;
      last = least;
      into.add(this.#hash.of(ones[least % slots] as number, twos[least % slots] as number, 0));
    }
  }
}

/** Which of several is chosen must have nothing to do with what they say. */
function rankOf(one: number, two: number): number {
  let mixed = one ^ (two << 7) ^ (two >>> 25);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function roomFor(slots: number): readonly [Int32Array, Int32Array, Uint32Array] {
  return [new Int32Array(slots), new Int32Array(slots), new Uint32Array(slots)];
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = Math.imul(result, base);
  return result;
}
