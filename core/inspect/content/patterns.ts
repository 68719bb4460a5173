/**
 * Patterns and words of a pack. Patterns are RE2 (https://github.com/google/re2/wiki/Syntax), which takes a time linear in the text whatever
 * it says: there is no look-around and no back-reference. The engine that runs them has compiled them when the pack was written.
 */
import { RE2JS } from 're2js';
import type { Span } from '../finding.ts';

/** Of all finds in one text: whatever follows the last of them goes with it, since nobody reads so many one by one. */
const MOST = 20_000;
/** Instructions of a compiled pattern: what it takes goes with them, up to 120 ns for each and a character. `.{1,100}` has two hundred. */
const MAX_INSTRUCTIONS = 512;

/** A sentence about what is wrong with it; undefined where nothing is. */
export function whyNoPattern(pattern: string): string | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.matches('')) return 'matches the empty text, and so every one; ask for at least one character';
    return compiled.programSize() > MAX_INSTRUCTIONS ? 'takes too much to be looked for; repeat less in it' : undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return `is no RE2 pattern (${said.replace(/\p{C}/gu, ' ').slice(0, 120)}); look-around and back-references are not possible`;
  }
}

export class TextPattern {
  readonly #compiled: RE2JS;
  /** What every match contains, so that most texts need not be matched; undefined where that is not known. */
  readonly #needle: string | undefined;

  constructor(pattern: string) {
    this.#compiled = RE2JS.compile(pattern);
    this.#needle = literalOf(pattern);
  }

  find(text: string): Span[] {
    if (this.#needle !== undefined && !text.includes(this.#needle)) return [];
    // To find out whether there is a match costs a fraction of what finding it does.
    if (!this.#compiled.test(text)) return [];
    const found: Span[] = [];
    const matcher = this.#compiled.matcher(text);
    while (matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      if (end === start) continue;
      if (found.length === MOST) return [...found, { start, end: text.length }];
      found.push({ start, end });
    }
    return found;
  }
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
