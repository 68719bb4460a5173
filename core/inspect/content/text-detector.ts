/** What looks for things in texts, and what it finds. */
import type { Span } from '../finding.ts';
import type { Work } from './work.ts';

/** One thing that was found in a text. */
export interface Found extends Span {
  /** For people and placeholders: `creditCard`, `github-pat`, the name of a pattern. */
  readonly kind: string;
  /** It shows nothing by itself, so that nothing takes its place where it is taken out. */
  readonly isBlank?: boolean;
}

export interface TextDetector {
  /** `secrets`, `personal-data`, `patterns`, `words`, or the name of one of `MODEL_TEXT`. */
  readonly family: string;
  /** In units: nothing is found in texts that are shorter. */
  readonly shortest: number;
  /** `key`: of the member whose value the text is. Once the work is exhausted, nothing is known of what was not found. */
  find(text: string, key: string | undefined, work?: Work): readonly Found[];
  /** Of that, what is known by its shape, so that it may be looked for over the border of two texts; undefined where nothing is. */
  readonly findExact: ((text: string, work?: Work) => readonly Found[]) | undefined;
}
