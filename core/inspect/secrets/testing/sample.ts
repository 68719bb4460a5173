/**
 * Texts that a pattern matches, drawn evenly from a seed: secrets for tests are made when they are needed, and stand in no file. Knows as
 * much of regular expressions as the tables of this folder use; look-around and anchors are passed over.
 */

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const SETS: Readonly<Record<string, string>> = { d: '0123456789', w: `${ALNUM}_`, s: ' ', S: `${ALNUM}!#%&*+` };
/** Of what has no upper bound, or a very high one. */
const MORE = 12;

export function sample(pattern: string, random: () => number): string {
  return new Sampler(pattern, random).alternatives();
}

class Sampler {
  readonly #pattern: string;
  readonly #random: () => number;
  #at = 0;

  constructor(pattern: string, random: () => number) {
    this.#pattern = pattern;
    this.#random = random;
  }

  alternatives(): string {
    const all = [this.#sequence()];
    while (this.#pattern[this.#at] === '|') {
      this.#at++;
      all.push(this.#sequence());
    }
    return this.#one(all);
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] as string)) {
      const start = this.#at;
      const first = this.#atom();
      const end = this.#at;
      const times = this.#times();
      const after = this.#at;
      if (times > 0) text += first;
      for (let i = 1; i < times; i++) {
        this.#at = start;
        text += this.#atom();
        this.#at = end;
      }
      this.#at = after;
    }
    return text;
  }

  #atom(): string {
    const char = this.#pattern[this.#at++] as string;
    if (char === '[') return this.#one(this.#set());
    if (char === '(') return this.#group();
    if (char === '.') return this.#one(ALNUM.split(''));
    if (char === '^' || char === '$') return '';
    if (char !== '\\') return char;
    const escaped = this.#pattern[this.#at++] as string;
    if (escaped === 'b' || escaped === 'B') return '';
    return this.#one(this.#escape(escaped).split(''));
  }

  #group(): string {
    const opening = /^\?(?:<?[!=]|<\w+>|[a-z]*(?:-[a-z]+)?:)/.exec(this.#pattern.slice(this.#at))?.[0] ?? '';
    this.#at += opening.length;
    const text = this.alternatives();
    this.#at++;
    return /[!=]$/.test(opening) ? '' : text;
  }

  #escape(char: string): string {
    if (char !== 'x') return SETS[char] ?? ({ n: '\n', r: '\r', t: '\t' } as Record<string, string>)[char] ?? char;
    this.#at += 2;
    return String.fromCharCode(Number.parseInt(this.#pattern.slice(this.#at - 2, this.#at), 16));
  }

  #set(): string[] {
    const negated = this.#pattern[this.#at] === '^';
    if (negated) this.#at++;
    const chars: string[] = [];
    while (this.#pattern[this.#at] !== ']') {
      const char = this.#pattern[this.#at++] as string;
      const from = char === '\\' ? this.#escape(this.#pattern[this.#at++] as string) : char;
      if (from.length === 1 && this.#pattern[this.#at] === '-' && this.#pattern[this.#at + 1] !== ']') {
        const to = this.#pattern[this.#at + 1] as string;
        this.#at += 2;
        for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) chars.push(String.fromCharCode(code));
      } else chars.push(...from.split(''));
    }
    this.#at++;
    return negated ? ALNUM.split('').filter((char) => !chars.includes(char)) : chars;
  }

  #times(): number {
    const quantifier = /^(?:[?*+]|\{(\d+)(,(\d*))?\})\??/.exec(this.#pattern.slice(this.#at));
    if (quantifier === null) return 1;
    const [all, least, several, most] = quantifier;
    this.#at += all.length;
    if (least === undefined) return all[0] === '?' ? this.#between(0, 1) : this.#between(all[0] === '+' ? 1 : 0, MORE);
    if (several === undefined) return Number(least);
    return this.#between(Number(least), Math.min(Number(most || Infinity), Number(least) + MORE));
  }

  #between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  #one<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] as T;
  }
}
