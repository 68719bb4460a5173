/**
 * Finds in one pass where any of many literals stands, in whatever case. What begins none of them, nearly everything, is passed by with two
 * looks into tables for a character; an alternative of as many literals takes a regular expression ten times as long.
 */

/** Of ASCII characters that any literal has, one number each, the same for both cases. */
const CLASSES = 64;
const OTHER = 0;

export class Literals {
  readonly #classOf = new Uint8Array(128);
  /** By the classes of two neighbours: a bit for each class that may follow them, in two halves. */
  readonly #low = new Uint32Array(CLASSES * CLASSES);
  readonly #high = new Uint32Array(CLASSES * CLASSES);
  /** By the classes of two neighbours. */
  readonly #starting = new Map<number, string[]>();
  readonly #single = new Map<number, string>();
  /** What `next` found last, in lower case. */
  found = '';
  /** Characters compared behind beginnings of literals, since somebody set it. */
  compared = 0;

  /** ASCII, in lower case, none the beginning of another. */
  constructor(literals: readonly string[]) {
    let classes = OTHER;
    for (const literal of literals) {
      for (let i = 0; i < literal.length; i++) {
        const unit = literal.charCodeAt(i);
        if (unit > 0x7f) throw new Error(`${literal} is not ASCII`);
        if (this.#classOf[unit] !== OTHER) continue;
        if (++classes === CLASSES) throw new Error('literals of more characters than there are classes');
        this.#classOf[unit] = classes;
        if (unit >= 0x61 && unit <= 0x7a) this.#classOf[unit - 0x20] = classes;
      }
    }
    for (const literal of literals) this.#add(literal);
  }

  /** Where the first one stands from `from` on, or -1. Of two at one place there is only one, since none begins with another. */
  next(text: string, from: number): number {
    const { length } = text;
    let first = this.#classAt(text, from);
    let second = this.#classAt(text, from + 1);
    for (let i = from; i < length; i++) {
      const third = this.#classAt(text, i + 2);
      const pair = (first << 6) | second;
      const following = ((third < 32 ? this.#low[pair] : this.#high[pair]) as number) >>> (third & 31);
      if ((following & 1) === 1 && this.#stands(text, i, first, pair)) return i;
      first = second;
      second = third;
    }
    return -1;
  }

  isIn(text: string): boolean {
    return this.next(text, 0) >= 0;
  }

  #add(literal: string): void {
    const first = this.#classAt(literal, 0);
    if (literal.length === 1) {
      this.#single.set(first, literal);
      for (let second = 0; second < CLASSES; second++) this.#allow((first << 6) | second, undefined);
      return;
    }
    const pair = (first << 6) | this.#classAt(literal, 1);
    this.#allow(pair, literal.length === 2 ? undefined : this.#classAt(literal, 2));
    const known = this.#starting.get(pair);
    if (known === undefined) this.#starting.set(pair, [literal]);
    else known.push(literal);
  }

  /** Undefined: whatever follows. */
  #allow(pair: number, third: number | undefined): void {
    if (third === undefined) {
      this.#low[pair] = this.#high[pair] = 0xffffffff;
      return;
    }
    const half = third < 32 ? this.#low : this.#high;
    half[pair] = (half[pair] as number) | (1 << (third & 31));
  }

  #stands(text: string, at: number, first: number, pair: number): boolean {
    for (const literal of this.#starting.get(pair) ?? NONE) {
      if (!this.#follows(text, at, literal)) continue;
      this.found = literal;
      return true;
    }
    const single = this.#single.get(first);
    if (single === undefined) return false;
    this.found = single;
    return true;
  }

  #follows(text: string, at: number, literal: string): boolean {
    let i = 2;
    while (i < literal.length && this.#classAt(text, at + i) === this.#classAt(literal, i)) i++;
    this.compared += i;
    return i >= literal.length;
  }

  /** Behind the end is no literal's character. */
  #classAt(text: string, at: number): number {
    if (at >= text.length) return OTHER;
    const unit = text.charCodeAt(at);
    return unit < 128 ? (this.#classOf[unit] as number) : OTHER;
  }
}

const NONE: readonly string[] = [];
