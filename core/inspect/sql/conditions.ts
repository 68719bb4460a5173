/** Conditions: `and` or `or`, and what it compares. */
import { beginsAsWord, isEnd, isKnownCall, isNullTest } from './continuation.ts';
import { isSymbolComparison, type Operand, type SqlStream } from './stream.ts';
import type { Standing } from './spelling.ts';

export function isCondition(stream: SqlStream, i: number, first: number, standing: Standing): boolean {
  const left = stream.operand(i + 1);
  if (left.kind === 'none') return false;
  if (left.kind === 'query') return true;
  const out = standing.breakout && i === first;
  const led = out ? !standing.apostrophe : !standing.breakout && isOperandBefore(stream, i);
  const comparison = comparisonAt(stream, left);
  if (comparison !== undefined) {
    const literals = (left.kind === 'literal' ? 1 : 0) + (comparison.right === 'literal' ? 1 : 0);
    if (literals === 2 && comparison.sure && !NAME_SIGNS.has(stream.at(i - 1))) return true;
    // `or a=a`
    if (led && comparison.sure && left.kind === 'name' && isSame(stream, i + 1, left.next)) return true;
    if (out) return led || comparison.sure || literals > 0;
    if (!led || !comparison.sure) return false;
    // Without an operand in front it may be a line of code.
    return i > 0 || comparison.open || comparison.right === 'query';
  }
  if (left.kind === 'call') return isKnownCall(stream.at(i + 1)) || (i > 0 && led && stream.isCall(i + 1)) || out;
  if (left.kind === 'name') return out && led && stream.kind(left.next) === 'number' && isEnd(stream, left.next + 1);
  const behind = stream.at(left.next);
  if (CLAUSES.has(behind)) return led;
  if (!isEnd(stream, left.next)) return false;
  if (behind === ',') return out && led && stream.kind(i + 1) === 'number';
  if (out) return stream.kind(i + 1) === 'string' ? isGluedString(stream, i, standing) : true;
  if (!led) return false;
  return (
    stream.cutAt !== undefined ||
    (isValue(stream, 0) && (stream.kind(i + 1) === 'word' || stream.kind(i) === 'operator'))
  );
}

/** Whether the names from `from` to `to` stand behind the operator at `to` as well. */
function isSame(stream: SqlStream, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (stream.at(i) === '' || stream.at(i) !== stream.at(to + 1 + i - from)) return false;
  }
  return true;
}

function isValue(stream: SqlStream, i: number): boolean {
  return stream.kind(i) === 'number' || stream.kind(i) === 'string';
}

/** What goes on behind a condition. */
const CLAUSES = new Set(['limit', 'order', 'group', 'having', 'union', 'offset', 'into', 'procedure']);

/** In front of a word that is part of a name: `feature/or-1`. */
const NAME_SIGNS = new Set(['/', '-', '.']);

/** `'or'x`; but `rock'and'roll` is a name, and `'OR' keeps …` a word in quotes. */
function isGluedString(stream: SqlStream, i: number, standing: Standing): boolean {
  if (standing.apostrophe && stream.at(i) === 'and') return false;
  const content = stream.tokens[i + 1]?.text ?? '';
  return !standing.opening && (content === '' ? stream.tokens.length > i + 2 : beginsAsWord(content));
}

/** `'1' not regexp '2'`, `1='1'`: what it says is known before anybody asks. */
export function comparesStrings(stream: SqlStream): boolean {
  if (!stream.isLiteral(0)) return false;
  const left = stream.operand(0);
  const comparison = comparisonAt(stream, left);
  if (comparison === undefined || !comparison.sure || comparison.right !== 'literal') return false;
  return stream.kind(0) === 'string' || stream.kind(left.next + 1) === 'string';
}

interface Comparison {
  readonly right: Operand['kind'];
  /** No sentence has it. */
  readonly sure: boolean;
  /** It ends in what the program's own quote or value would complete. */
  readonly open: boolean;
}

function comparisonAt(stream: SqlStream, left: Operand): Comparison | undefined {
  const i = left.next;
  const text = stream.at(i);
  const right = stream.operand(i + 1);
  if (isSymbolComparison(text)) {
    if (right.kind === 'none')
      return i + 1 === stream.tokens.length ? { right: 'none', sure: true, open: false } : undefined;
    return { right: right.kind, sure: true, open: right.open };
  }
  switch (text) {
    case 'is':
      return isNullTest(stream, i) ? { right: 'literal', sure: left.kind !== 'name', open: false } : undefined;
    case 'isnull':
    case 'notnull':
      return { right: 'literal', sure: true, open: false };
    case 'in':
      return stream.at(i + 1) === '(' ? { right: 'literal', sure: left.kind === 'literal', open: false } : undefined;
    case 'between': {
      const sure = right.kind === 'literal' && stream.at(right.next) === 'and' && left.kind === 'literal';
      return sure ? { right: right.kind, sure, open: false } : undefined;
    }
    case 'not':
    case 'like':
    case 'ilike':
    case 'rlike':
    case 'regexp':
    case 'glob':
    case 'similar':
    case 'sounds':
      return isSimilar(stream, i, left, right);
    default:
      return undefined;
  }
}

/** No sentence compares with these. */
const PATTERN_WORDS = new Set(['regexp', 'rlike', 'glob', 'ilike']);

function isSimilar(stream: SqlStream, i: number, left: Operand, right: Operand): Comparison | undefined {
  const behind = right.kind === 'none' || right.kind === 'name' ? stream.operand(i + 2) : right;
  if (behind.kind === 'none' && right.kind === 'none') return undefined;
  const string = stream.kind(i + 1) === 'string' || stream.kind(i + 2) === 'string';
  const literals = left.kind === 'literal' && behind.kind === 'literal';
  const sure = literals || (string && (behind.open || PATTERN_WORDS.has(stream.at(i))));
  return { right: behind.kind, sure, open: sure && behind.open };
}

/** Only an operand stands before it: what completes the program's own comparison, so that the rest is one of the value. */
function isOperandBefore(stream: SqlStream, i: number): boolean {
  if (i === 0) return true;
  let at = i - 1;
  while (at >= 0 && stream.at(at) === ')') at -= 1;
  if (!stream.isLiteral(at)) return false;
  while (at > 0 && ['-', '(', '+'].includes(stream.at(at - 1))) at -= 1;
  return at === 0;
}
