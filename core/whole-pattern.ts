/** Patterns that people write, held against a text as a whole. */
import type { RE2JS } from 're2js';
import { compileRe2, whyNotRe2 } from './re2.ts';

/** Instructions of a compiled pattern: what it takes in time and memory goes with them. `.{1,500}` has about a thousand. */
const MAX_INSTRUCTIONS = 2048;

/** What is wrong with it and how to mend it, in the form of the schemas (`what; how`); undefined where nothing is. */
export function whyNoPattern(pattern: string): string | undefined {
  try {
    return new WholePattern(pattern).size > MAX_INSTRUCTIONS
      ? 'takes too much to be matched; repeat less, or use maxLength'
      : undefined;
  } catch (error) {
    return whyNotRe2(error);
  }
}

/** Throws on what is no pattern. */
export class WholePattern {
  readonly written: string;
  /** Instructions. */
  readonly size: number;
  readonly #compiled: RE2JS;

  constructor(pattern: string) {
    this.written = pattern;
    // By itself first: `a)|(b` is none, and would be one between brackets.
    compileRe2(pattern);
    this.#compiled = compileRe2(`\\A(?:${pattern})\\z`);
    this.size = this.#compiled.programSize();
  }

  /**
   * What `matches` takes, in units of 45 ns (core/policy/inspection.ts). Measured: 11 ns for an instruction and a character is rarely
   * reached; the worst, nested optional parts, takes 180.
   */
  workOf(text: string): number {
    return 8 + text.length * Math.ceil(this.size / 4);
  }

  matches(text: string): boolean {
    return this.#compiled.test(text);
  }
}
