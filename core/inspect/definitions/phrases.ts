/** Phrases are found word by word, with a few others between: no expression over the text that could be made to backtrack. */
import type { Span } from '../finding.ts';
import { type Words, readWord } from './words.ts';

interface Step {
  readonly words: ReadonlySet<string>;
  /** Other words that may stand in front of it. */
  readonly gap: number;
}

interface Phrase<Reason extends string> {
  readonly reason: Reason;
  /** Without the first, by which it is looked up. */
  readonly steps: readonly Step[];
}

export interface FoundPhrase<Reason extends string> {
  readonly reason: Reason;
  readonly span: Span;
}

export class PhraseBook<Reason extends string> {
  readonly #byFirst = new Map<string, Phrase<Reason>[]>();

  /**
   * A phrase is a list of steps, each some words of which one has to follow, `a|b|c`; `~n` in front of a step lets up to n other words
   * stand between, and `#` stands for an address of mail, a phone or an account. No phrase goes beyond the end of a sentence.
   */
  constructor(phrases: Readonly<Record<Reason, readonly string[]>>) {
    for (const [reason, written] of Object.entries(phrases) as [Reason, readonly string[]][]) {
      for (const one of written) {
        const [first, ...steps] = stepsOf(one);
        for (const word of first?.words ?? []) this.#add(word, { reason, steps });
      }
    }
  }

  /** The first one in the text. */
  find(words: Words): FoundPhrase<Reason> | undefined {
    for (let i = 0; i < words.words.length; i++) {
      const found = this.#at(words, i);
      if (found !== undefined) return found.phrase;
    }
    return undefined;
  }

  /** All of them; none begins within another. */
  findAll(words: Words): FoundPhrase<Reason>[] {
    const all: FoundPhrase<Reason>[] = [];
    for (let i = 0; i < words.words.length; i++) {
      const found = this.#at(words, i);
      if (found === undefined) continue;
      all.push(found.phrase);
      i = found.last;
    }
    return all;
  }

  /** The one that begins with this word, and its last word. */
  #at(
    { words, places, begins, addresses }: Words,
    i: number,
  ): { phrase: FoundPhrase<Reason>; last: number } | undefined {
    for (const { reason, steps } of this.#byFirst.get(words[i] as string) ?? NONE) {
      const last = endOf(words, begins, addresses, i, steps);
      if (last === undefined) continue;
      const span = { start: places[2 * i] as number, end: places[2 * last + 1] as number };
      return { phrase: { reason, span }, last };
    }
    return undefined;
  }

  #add(word: string, phrase: Phrase<Reason>): void {
    const known = this.#byFirst.get(word);
    if (known === undefined) this.#byFirst.set(word, [phrase]);
    else known.push(phrase);
  }
}

const NONE: readonly never[] = [];
/** A step for whatever is an address. */
const ADDRESS = '#';

function stepsOf(phrase: string): Step[] {
  const steps: Step[] = [];
  let gap = 0;
  for (const token of phrase.split(' ')) {
    if (token.startsWith('~')) {
      gap = Number(token.slice(1));
    } else {
      // As a text is read, so that the letters of other scripts stand for the same.
      steps.push({ words: new Set(token.split('|').map((word) => (word === ADDRESS ? word : readWord(word)))), gap });
      gap = 0;
    }
  }
  return steps;
}

/** Where the last step is found; all places are kept at which a step may be, so that the work is the sum of the gaps and not their product. */
function endOf(
  words: readonly string[],
  begins: readonly boolean[],
  addresses: ReadonlySet<number>,
  first: number,
  steps: readonly Step[],
): number | undefined {
  let reached = [first];
  for (const { words: wanted, gap } of steps) {
    const next: number[] = [];
    const end = (reached.at(-1) ?? first) + gap + 1;
    for (let i = (reached[0] ?? first) + 1; i <= end && i < words.length && begins[i] !== true; i++) {
      const isWanted = wanted.has(words[i] as string) || (wanted.has(ADDRESS) && addresses.has(i));
      if (isWanted && reached.some((from) => from < i && i <= from + gap + 1)) next.push(i);
    }
    if (next.length === 0) return undefined;
    reached = next;
  }
  return reached[0];
}
