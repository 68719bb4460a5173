/** How a value is written, as far as it says whether it is meant as SQL. */
import type { SqlStream } from './stream.ts';

/** How a value would stand in the statement of a program. */
export interface Standing {
  /** Behind a quote of the value that ends the program's own. */
  readonly breakout: boolean;
  /** A letter stands on both sides of that quote, as in `it's`. */
  readonly apostrophe: boolean;
  /** That quote looks like the first of a pair around a word: text before it, and another behind. */
  readonly opening: boolean;
  /** Words in capitals are meant as SQL: the value has small letters too. */
  readonly capitals: boolean;
}

export function isLoud(stream: SqlStream, i: number, standing: Standing, value: string): boolean {
  return isCapital(stream, i, standing, value) || isOddlySpelt(stream, i, value);
}

/** `sELecT`: neither small, nor capital, nor a capital at the beginning. */
export function isOddlySpelt(stream: SqlStream, i: number, value: string): boolean {
  const token = stream.tokens[i];
  if (token?.kind !== 'word' || token.end - token.start < 3 || CAMELS.has(token.text)) return false;
  const written = value.slice(token.start, token.end);
  return written !== token.text && !CAPITALS.test(written) && written.slice(1) !== token.text.slice(1);
}

/** Names of other languages: `RegExp`, `rowId`. */
const CAMELS = new Set(['regexp', 'rowid', 'database']);
const CAPITALS = /^[A-Z_0-9]+$/;

export function isCapital(stream: SqlStream, i: number, standing: Standing, value: string): boolean {
  const token = stream.tokens[i];
  return standing.capitals && token?.kind === 'word' && CAPITALS.test(value.slice(token.start, token.end));
}
