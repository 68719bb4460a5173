/** Words and phrases of a pack, as a whole and in whatever case. */
import type { Span } from '../finding.ts';
import { NO_BOUND, type Work } from './work.ts';

/** Of all finds in one text: whatever follows the last of them goes with it, since nobody reads so many one by one. */
const MOST = 20_000;

/** Units of work: one character of a word that a text has in common with the list. */
const COST_OF_STEP = 5;

/** What follows some characters that words begin with, by folded UTF-16 unit. */
interface Branch {
  readonly next: Map<number, Branch>;
  /** A word ends here. */
  isWord: boolean;
}

export class WordList {
  readonly #root: Branch = { next: new Map(), isWord: false };

  constructor(words: readonly string[]) {
    for (const word of words) {
      let branch = this.#root;
      for (let i = 0; i < word.length; i++) branch = grow(branch, foldUnit(word.charCodeAt(i)));
      branch.isWord = true;
    }
  }

  /** Of two words at one place the longer, if it is whole: `Acme` is found in `Acme Corporation`, also beside `Acme Corp`. */
  find(text: string, work: Work = NO_BOUND): Span[] {
    const found: Span[] = [];
    if (!work.spend(text.length)) return found;
    for (let start = 0; start < text.length; start++) {
      const first = this.#root.next.get(foldUnit(text.charCodeAt(start)));
      if (first === undefined || isOfWord(text, start - 1, start)) continue;
      const end = endOf(first, text, start, work);
      if (work.exhausted) break;
      if (end === undefined) continue;
      if (found.length === MOST) return [...found, { start, end: text.length }];
      found.push({ start, end });
      start = end - 1;
    }
    return found;
  }
}

function grow({ next }: Branch, unit: number): Branch {
  const known = next.get(unit);
  if (known !== undefined) return known;
  const branch: Branch = { next: new Map(), isWord: false };
  next.set(unit, branch);
  return branch;
}

/** `first`: where the unit at `start` leads. */
function endOf(first: Branch, text: string, start: number, work: Work): number | undefined {
  let end: number | undefined;
  let branch: Branch | undefined = first;
  let at = start + 1;
  for (; branch !== undefined; at++) {
    if (branch.isWord && !isOfWord(text, at - 1, at)) end = at;
    if (at >= text.length) break;
    branch = branch.next.get(foldUnit(text.charCodeAt(at)));
  }
  work.spend(COST_OF_STEP * (at - start));
  return end;
}

/** As far as one unit stays one, so that places stay what they are: `ß` is not `SS`. */
function foldUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  const known = FOLDED[unit] as number;
  return known === 0 ? (FOLDED[unit] = foldedOf(unit)) : known;
}

/** Of units that were met. */
const FOLDED = new Uint16Array(0x10000);

function foldedOf(unit: number): number {
  const character = String.fromCharCode(unit);
  const upper = character.toUpperCase();
  const lower = (upper.length === 1 ? upper : character).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}

const OF_WORD = /[\p{L}\p{N}_]/u;
const ASCII_OF_WORD = Uint8Array.from({ length: 0x80 }, (_, unit) => (OF_WORD.test(String.fromCharCode(unit)) ? 1 : 0));

/** Both sides of a border are parts of one word. */
function isOfWord(text: string, before: number, after: number): boolean {
  return (
    before >= 0 && after < text.length && isWordUnit(text.charCodeAt(before)) && isWordUnit(text.charCodeAt(after))
  );
}

function isWordUnit(unit: number): boolean {
  return unit < 0x80 ? ASCII_OF_WORD[unit] === 1 : OF_WORD.test(String.fromCharCode(unit));
}
