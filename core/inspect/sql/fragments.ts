/**
 * Signs of SQL that are not enough alone: pieces of statements, of which several in one value are no accident.
 * Weights are in hundredths, 100 is a finding.
 */
import type { SqlStream } from './stream.ts';
import { isCapital, isOddlySpelt, type Standing } from './spelling.ts';
import { COMMON_CALLS, KEYWORDS, SYSTEM_NAMES } from './words.ts';

export function weighFragments(stream: SqlStream, standing: Standing, value: string): number {
  let weight = Math.min(stream.glued * 60, 120) + stream.executed * 60;
  if (standing.breakout && !standing.apostrophe) weight += 20;
  if (stream.cutAt !== undefined && standing.breakout) weight += 40;
  let calls = 0;
  for (let i = 0; i < stream.tokens.length && weight + Math.min(calls, 70) < 100; i++) {
    weight += weightAt(stream, i, standing, value);
    // Other languages have calls in calls too.
    if (COMMON_CALLS.has(stream.at(i)) && stream.isCall(i)) calls += stream.isCall(i + 2) ? 60 : 35;
  }
  return weight + Math.min(calls, 70);
}

function weightAt(stream: SqlStream, i: number, standing: Standing, value: string): number {
  const kind = stream.kind(i);
  const text = stream.at(i);
  if (kind === 'number') return text.length > 6 && /^0x/i.test(text) && stream.at(i + 1) !== ':' ? 20 : 0;
  if (kind === 'variable') return text.startsWith('@@') ? 60 : 0;
  if (kind !== 'word') return 0;
  const isKeyword = KEYWORDS.has(text);
  let weight = SYSTEM_NAMES.has(text) ? 60 : 0;
  if (isKeyword && isOddlySpelt(stream, i, value)) weight += 50;
  else if (isKeyword && isCapital(stream, i, standing, value) && !stream.isOpen(i + 1))
    weight += SEARCH_WORDS.has(text) ? 10 : 30;
  return weight + phraseAt(stream, i);
}

function phraseAt(stream: SqlStream, i: number): number {
  const next = stream.at(i + 1);
  switch (stream.at(i)) {
    case 'from':
      return stream.isName(i + 1) && ['where', 'limit', 'order', 'group', 'union'].includes(stream.at(i + 2)) ? 70 : 0;
    case 'where':
      return ['=', '<', '>', '<>', '!='].includes(stream.at(i + 2)) ? 60 : 0;
    case 'order':
    case 'group':
      if (next !== 'by') return 0;
      return stream.kind(i + 2) === 'number' || stream.isCall(i + 2) ? 100 : 20;
    case 'having':
      return stream.isCall(i + 1) ? 60 : 0;
    case 'case':
      if (next !== 'when') return 0;
      return stream.at(i + 2) === '(' ? 100 : 70;
    case 'when':
      if (stream.at(i + 2) !== 'then' && stream.at(i + 4) !== 'then') return 0;
      return stream.isLiteral(i + 1) && stream.at(i - 1) === ')' ? 100 : 40;
    case 'insert':
      return next === 'into' ? 30 : 0;
    case 'union':
      return next === 'select' ? 60 : 0;
    case 'like':
      return stream.isOpen(i + 1) && PATTERN_START.test(stream.tokens[i + 1]?.text ?? '') ? 100 : 0;
    case 'is':
      return next === 'null' || (next === 'not' && stream.at(i + 2) === 'null') ? 30 : 0;
    case 'into':
      return next === 'outfile' || next === 'dumpfile' ? 100 : 0;
    case 'procedure':
      return next === 'analyse' ? 100 : 0;
    case 'limit':
      return stream.kind(i + 1) === 'number' ? 30 : 0;
    default:
      return 0;
  }
}

/** In capitals in the query languages of trackers and archives too: `status = Open AND labels IN (a) ORDER BY created`. */
const SEARCH_WORDS = new Set(['and', 'or', 'not', 'in', 'is', 'by', 'on', 'like', 'between', 'null']);

const PATTERN_START = /^(?:%|$)/;
