/**
 * Patterns that people write are RE2 (https://github.com/google/re2/wiki/Syntax): no look-around and no back-references, and a time that is
 * linear in the text whatever they say. The engine that refuses one is the engine that runs it.
 */
import { RE2JS } from 're2js';

const MAX_SAID = 120;

/** Throws on what is no pattern. */
export function compileRe2(pattern: string): RE2JS {
  return RE2JS.compile(pattern);
}

/** What is wrong with a pattern that could not be compiled and how to mend it, in the form of the schemas (`what; how`). */
export function whyNotRe2(error: unknown): string {
  const said = error instanceof Error ? error.message : 'unknown';
  return `is not a pattern of RE2 (${said.replaceAll(/[\p{C};]/gu, ' ').slice(0, MAX_SAID)}); write one without look-around and back-references`;
}
