/** What makes a text no JSON (json-outline.ts), and how it is said. */
import type { Pieces } from './pieces.ts';

export type JsonProblem = 'unexpected' | 'escape' | 'control' | 'too-large' | 'too-deep' | 'followed';

/** Far deeper than decoders go (Go: 10,000 levels), and few enough to be remembered. */
export const MAX_DEPTH = 100_000;

const IN_WORDS: Readonly<Record<JsonProblem, string>> = {
  unexpected: 'its text is not JSON',
  escape: 'a string of it has an escape that is none',
  control: 'a string of it has a control character',
  'too-large': 'a number of it is larger than a double can hold',
  'too-deep': `it is nested deeper than ${MAX_DEPTH} levels`,
  followed: 'something follows behind its end',
};
/** What only some parsers know is told by its name: it is what people will look for. */
const FOREIGN_WORD = /[[:,\s](-?(?:NaN|Infinity|undefined|None|True|False))[\s,\]}]/;
const MAX_SEARCHED = 64 * 1024;

/** A clause about the text. */
export function inWords(problem: JsonProblem, text: Pieces): string {
  if (problem !== 'unexpected') return IN_WORDS[problem];
  const shown = text.slice(0, Math.min(text.length, MAX_SEARCHED)).toString('latin1');
  const word = FOREIGN_WORD.exec(shown)?.[1];
  return word === undefined ? IN_WORDS[problem] : `${word} stands in it, which is no word of JSON`;
}
