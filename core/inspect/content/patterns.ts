/**
 * Patterns and words of a pack. Patterns are RE2 (https://github.com/google/re2/wiki/Syntax), which takes a time linear in the text whatever
 * it says: there is no look-around and no back-reference. The engine that runs them has compiled them when the pack was written.
 */
import { RE2JS } from 're2js';
import type { Span } from '../finding.ts';

/** Of all spans of one text: more are redacted by nobody one by one. */
const MOST = 1000;

/** A sentence about what is wrong with it; undefined where nothing is. */
export function whyNoPattern(pattern: string): string | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    return compiled.matches('')
      ? 'matches the empty text, and so every one; ask for at least one character'
      : undefined;
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
    while (found.length < MOST && matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      if (end > start) found.push({ start, end });
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

/** Words as a whole, in whatever case. */
export class WordList {
  readonly #words: RE2JS;

  constructor(words: readonly string[]) {
    const all = words.map((word) => RE2JS.quote(word)).join('|');
    this.#words = RE2JS.compile(`(?i)(?:${all})`);
  }

  find(text: string): Span[] {
    if (!this.#words.test(text)) return [];
    const found: Span[] = [];
    const matcher = this.#words.matcher(text);
    while (found.length < MOST && matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      if (!isOfWord(text, start - 1, start) && !isOfWord(text, end - 1, end)) found.push({ start, end });
    }
    return found;
  }
}

const OF_WORD = /[\p{L}\p{N}_]/u;

/** Both sides of a border are parts of one word. */
function isOfWord(text: string, before: number, after: number): boolean {
  return (
    before >= 0 && after < text.length && OF_WORD.test(text[before] as string) && OF_WORD.test(text[after] as string)
  );
}
