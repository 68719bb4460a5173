/** Runs of digits with single separators between them, as people write long numbers. */

import { matchesOf } from '../matches.ts';
import { NO_BOUND, type Work } from '../content/work.ts';

export interface NumberRun {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
}

/** Nothing that is looked for has fewer, or more. */
const LEAST = 9;
const MOST = 19;
const RUN = /\d(?:[ .\-\u00A0\u2009]?\d|[/]\d){8,27}/g;
const DECIMAL = /^\d+\.\d+$/;
const SPACE = /[ \u00A0\u2009]/;
const PART = /[^ \u00A0\u2009]+/g;
/** Part of a longer word or number: of an id, a hash, a decimal fraction. */
const JOINED = /[\p{L}\p{N}_]/u;

/** Units of work for a run, with what is made of it. */
const COST_OF_RUN = 400;

export function numberRuns(text: string, work: Work = NO_BOUND): NumberRun[] {
  if (text.length < LEAST) return [];
  const runs: NumberRun[] = [];
  for (const match of matchesOf(RUN, text)) {
    if (!work.spend(COST_OF_RUN)) break;
    const [written] = match;
    const start = match.index;
    const end = start + written.length;
    if (isJoined(text, start - 1) || isJoined(text, end) || isFraction(text, start)) continue;
    add(start, written);
    // Two numbers beside each other look like one.
    if (SPACE.test(written)) for (const part of written.matchAll(PART)) add(start + part.index, part[0]);
  }
  return runs;

  function add(start: number, written: string): void {
    if (DECIMAL.test(written)) return;
    const digits = written.replace(/\D/g, '');
    if (digits.length < LEAST || digits.length > MOST) return;
    runs.push({ start, end: start + written.length, digits });
  }
}

function isJoined(text: string, at: number): boolean {
  return at >= 0 && at < text.length && JOINED.test(text[at] as string);
}

function isFraction(text: string, start: number): boolean {
  return start >= 2 && text[start - 1] === '.' && /\d/.test(text[start - 2] as string);
}
