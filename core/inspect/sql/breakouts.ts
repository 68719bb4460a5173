/** What follows a quote that ends the one of a program: operators and clauses that no sentence goes on with. */
import { goesOn, isEnd, isKnownCall, isNullTest } from './continuation.ts';
import { isSymbolComparison, type Operand, type SqlStream } from './stream.ts';
import type { Standing } from './spelling.ts';
import { ARITHMETIC, KEYWORDS } from './words.ts';

export function outOfQuotes(
  stream: SqlStream,
  standing: Standing,
  first: number,
): 'cut-off' | 'out-of-quotes' | undefined {
  if (standing.opening) return undefined;
  const length = stream.tokens.length;
  const cut = stream.cutAt !== undefined;
  if (first === length) return cut ? 'cut-off' : undefined;
  const text = stream.at(first);
  if (text === ';' && first + 1 === length) return 'cut-off';
  const right = stream.operand(first + 1);
  if (right.kind !== 'none') {
    if (isSymbolComparison(text) && continuesComparison(stream, first, right)) return 'out-of-quotes';
    if (ARITHMETIC.has(text) && continuesArithmetic(stream, first, right)) return 'out-of-quotes';
  }
  if (text === ',' && cut) return 'cut-off';
  if (stream.kind(first) !== 'word') return undefined;
  if (wordContinues(stream, first, right)) return 'out-of-quotes';
  // A sentence may go on with `and`, hardly one ends in a comment after it.
  if (cut && !standing.apostrophe && KEYWORDS.has(text)) return 'cut-off';
  return undefined;
}

/** `'='x`, `'=0--`; but `'=', …` is a sign in quotes and `'>= 1.2 <2'` a version. */
function continuesComparison(stream: SqlStream, first: number, right: Operand): boolean {
  if (right.kind === 'call' || right.kind === 'query') return true;
  if (stream.kind(first + 1) === 'string') return goesOn(stream, first + 1);
  return (right.kind === 'literal' || stream.cutAt !== undefined) && isEnd(stream, right.next);
}

function continuesArithmetic(stream: SqlStream, first: number, right: Operand): boolean {
  if (right.kind === 'query' || (right.kind === 'call' && isKnownCall(stream.at(first + 1)))) return true;
  if (stream.kind(first + 1) === 'string') return goesOn(stream, first + 1);
  if (stream.cutAt !== undefined && right.next === stream.tokens.length) return true;
  // `'-1'`, but not the 6'-5" of a height.
  if (stream.at(first) === '||' && right.kind !== 'name') return true;
  return (
    isSymbolComparison(stream.at(right.next)) && stream.kind(right.next + 1) !== undefined && right.kind === 'literal'
  );
}

/** Operators that are words, with what only SQL has behind them. */
function wordContinues(stream: SqlStream, i: number, right: Operand): boolean {
  const next = stream.at(i + 1);
  switch (stream.at(i)) {
    case 'like':
    case 'ilike':
    case 'rlike':
    case 'regexp':
    case 'glob':
    case 'match':
      if (stream.kind(i + 1) === 'string') return goesOn(stream, i + 1);
      return right.kind === 'literal' || right.kind === 'query' || stream.cutAt !== undefined || next === '(';
    case 'not':
      return ['like', 'ilike', 'rlike', 'regexp', 'glob', 'in', 'between', 'null', 'similar', 'match'].includes(next);
    case 'sounds':
      return next === 'like' && stream.tokens.length > i + 2;
    case 'similar':
      return next === 'to';
    case 'in':
      return next === '(';
    case 'is':
      return (
        (isNullTest(stream, i) && isEnd(stream, next === 'not' ? i + 3 : i + 2)) ||
        (right.kind !== 'none' && stream.cutAt !== undefined)
      );
    case 'between':
      return right.kind === 'literal' || stream.at(right.next) === 'and';
    case 'isnull':
    case 'notnull':
      return true;
    case 'collate':
      return stream.isName(i + 1) || stream.kind(i + 1) === 'string';
    case 'order':
    case 'group':
      return next === 'by';
    case 'having':
    case 'where':
    case 'when':
      return (
        isSymbolComparison(stream.at(right.next)) || (right.kind === 'literal' && stream.at(right.next) === 'then')
      );
    case 'limit':
    case 'offset':
      return stream.kind(i + 1) === 'number';
    case 'procedure':
      return next === 'analyse';
    case 'waitfor':
      return next === 'delay' || next === 'time';
    case 'into':
      return next === 'outfile' || next === 'dumpfile';
    case 'div':
    case 'mod':
      if (stream.kind(i + 1) === 'string') return goesOn(stream, i + 1);
      return right.kind === 'literal' || (right.kind === 'call' && isKnownCall(next));
    default:
      return false;
  }
}

/** `1--`, `1) -- -`: a number, and the rest of the statement gone. */
export function isCutNumber(stream: SqlStream): boolean {
  if (stream.cutAt === undefined || stream.kind(0) !== 'number') return false;
  let i = 1;
  while (stream.at(i) === ')' || stream.at(i) === ';') i += 1;
  return i === stream.tokens.length && (i > 1 || stream.tokens[0]?.end !== stream.cutAt);
}
