/** Patterns of a pack, looked for anywhere in a text. */
import type { RE2JS } from 're2js';
import { compileRe2, whyNotRe2 } from '../../re2.ts';
import type { Span } from '../finding.ts';
import { NO_BOUND, type Work } from './work.ts';

/** Of all finds in one text: whatever follows the last of them goes with it, since nobody reads so many one by one. */
const MOST = 20_000;
/** Instructions of a compiled pattern: what it takes goes with them, up to 120 ns for each and a character. `.{1,100}` has two hundred. */
const MAX_INSTRUCTIONS = 512;

/** A sentence about what is wrong with it; undefined where nothing is. */
export function whyNoPattern(pattern: string): string | undefined {
  try {
    const compiled = compileRe2(pattern);
    if (compiled.matches('')) return 'matches the empty text, and so every one; ask for at least one character';
    return compiled.programSize() > MAX_INSTRUCTIONS ? 'takes too much to be looked for; repeat less in it' : undefined;
  } catch (error) {
    return whyNotRe2(error);
  }
}

/** A text is looked through in parts, so that only those with a match pay for finding out where it is. */
const PART = 4096;
/** Of a part, looked at again with the next one. No match of a pattern without `*`, `+` or `{n,}` is longer than it has instructions. */
const OVERLAP = 1024;
/** Units of work a character: to find out whether there is a match; for each instruction, where it is (10 ns as a rule, 37 at worst). */
const COST_OF_TEST = 2;
const COST_OF_FIND = 1;

export class TextPattern {
  readonly #compiled: RE2JS;
  readonly #size: number;
  /** Matches may be longer than what two parts have in common. */
  readonly #mayBeLong: boolean;
  /** What every match contains, so that most texts need not be matched; undefined where that is not known. */
  readonly #needle: string | undefined;

  constructor(pattern: string) {
    this.#compiled = compileRe2(pattern);
    this.#size = this.#compiled.programSize();
    this.#mayBeLong = /[*+]|\{\d+,\}/.test(pattern);
    this.#needle = literalOf(pattern);
  }

  /** What is longer than a thousand characters is found where nothing shorter is. */
  find(text: string, work: Work = NO_BOUND): Span[] {
    if (this.#needle !== undefined && !text.includes(this.#needle)) return [];
    const found = this.#inParts(text, work);
    if (found.length > 0 || !this.#mayBeLong || text.length <= PART || work.exhausted) return found;
    if (!work.spend(COST_OF_TEST * text.length) || !this.#compiled.test(text)) return found;
    if (work.spend(COST_OF_FIND * this.#size * text.length)) this.#look(text, 0, text.length, text.length, found);
    return found;
  }

  #inParts(text: string, work: Work): Span[] {
    const found: Span[] = [];
    let from = 0;
    let length = PART;
    while (from < text.length) {
      const end = Math.min(text.length, from + length);
      const next = this.#part(text, from, end, found, work);
      if (work.exhausted) return found;
      // What reached to the end of the part may go on behind it.
      length = next.isCut ? 2 * length : PART;
      from = next.from;
    }
    return found;
  }

  #part(text: string, from: number, end: number, found: Span[], work: Work): Next {
    // What stands in front of it decides on borders of words, and whether the text begins there.
    const start = behindCharacter(text, from - 1);
    const part = text.slice(start, end);
    const onward = { from: end === text.length ? end : end - OVERLAP, isCut: false };
    if (!work.spend(COST_OF_TEST * part.length) || !this.#compiled.test(part)) return onward;
    if (!work.spend(COST_OF_FIND * this.#size * part.length)) return onward;
    return this.#look(part, from - start, end - start, text.length - start, found, start) ?? onward;
  }

  /** Undefined: all of the part is done. `total`: where the text ends. */
  #look(part: string, from: number, end: number, total: number, found: Span[], shift = 0): Next | undefined {
    const matcher = this.#compiled.matcher(part);
    let behind = 0;
    for (let is = matcher.find(from); is; is = matcher.find()) {
      const span = { start: matcher.start() + shift, end: matcher.end() + shift };
      if (span.end === span.start) continue;
      if (end < total) {
        if (span.end === end + shift) return { from: span.start, isCut: true };
        if (span.start >= end + shift - OVERLAP) return { from: span.start, isCut: false };
      }
      if (found.length === MOST) {
        found.push({ start: span.start, end: total + shift });
        return { from: total + shift, isCut: false };
      }
      found.push(span);
      behind = span.end;
    }
    return behind > end + shift - OVERLAP && end < total ? { from: behind, isCut: false } : undefined;
  }
}

/** Where to look next. */
interface Next {
  readonly from: number;
  /** The match there was cut off. */
  readonly isCut: boolean;
}

/** The same place, or the one before it where it is in the middle of a pair (or the beginning of the text). */
function behindCharacter(text: string, at: number): number {
  if (at <= 0) return 0;
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

/** The literal that a pattern begins with, where nothing in it makes that optional or another case. */
function literalOf(pattern: string): string | undefined {
  if (pattern.includes('|') || pattern.includes('(?')) return undefined;
  const literal = /^(?:\\b)?([A-Za-z0-9 _@:/-]{2,})/.exec(pattern)?.[1];
  if (literal === undefined) return undefined;
  const next = pattern[pattern.indexOf(literal) + literal.length];
  const kept = next !== undefined && '?*+{'.includes(next) ? literal.slice(0, -1) : literal;
  return kept.length < 2 ? undefined : kept;
}
