/** What makes a stream of tokens an injection: the reasons of grammar, each of which is enough alone. */
import { isCutNumber, outOfQuotes } from './breakouts.ts';
import { comparesStrings, isCondition } from './conditions.ts';
import type { SqlStream } from './stream.ts';
import { isCapital, isLoud, isOddlySpelt, type Standing } from './spelling.ts';
import { isSelectList, statementAt } from './statements.ts';
import { CONJUNCTIONS, DANGEROUS_CALLS, KEYWORDS, SET_OPERATORS, SQL_TYPES, SYSTEM_NAMES } from './words.ts';

export type ShapeReason =
  | 'condition'
  | 'union'
  | 'statement'
  | 'cut-off'
  | 'function'
  | 'subquery'
  | 'out-of-quotes'
  | 'disguise';

export interface Shape {
  readonly reason: ShapeReason;
  /** Token it was seen at. There is none where a comment is all there is. */
  readonly at: number;
}

export function findShape(stream: SqlStream, standing: Standing, value: string): Shape | undefined {
  const first = standing.breakout ? closers(stream) : 0;
  for (let i = 0; i < stream.tokens.length; i++) {
    const reason = shapeAt(stream, i, first, standing, value);
    if (reason !== undefined) return { reason, at: i };
  }
  const enough = standing.breakout && !standing.apostrophe ? 0.5 : 1;
  if (statementAt(stream, first, standing, value) >= enough) return { reason: 'statement', at: first };
  if (standing.breakout) {
    const reason = outOfQuotes(stream, standing, first);
    return reason === undefined ? undefined : { reason, at: first };
  }
  if (isCutNumber(stream)) return { reason: 'cut-off', at: 0 };
  return comparesStrings(stream) ? { reason: 'condition', at: 0 } : undefined;
}

function shapeAt(
  stream: SqlStream,
  i: number,
  first: number,
  standing: Standing,
  value: string,
): ShapeReason | undefined {
  const kind = stream.kind(i);
  if (kind === 'string' || kind === 'number' || kind === 'quoted') return undefined;
  const text = stream.at(i);
  if (CONJUNCTIONS.has(text) && isCondition(stream, i, first, standing)) return 'condition';
  if (SET_OPERATORS.has(text) && isUnion(stream, i, standing, value)) return 'union';
  if (text === ';' && statementAt(stream, i + 1, standing, value) >= 0.5) return 'statement';
  if (kind === 'word' && isLoud(stream, i, standing, value) && statementAt(stream, i, standing, value) >= 1)
    return 'statement';
  // SQL Server needs no semicolon between them.
  if (text === 'select' && i === 1 && stream.kind(0) === 'number' && statementAt(stream, i, standing, value) >= 1)
    return 'statement';
  if (text === '(' && isSubquery(stream, i + 1)) return 'subquery';
  if ((text === '(' || text === 'having' || text === 'where') && isKnownBefore(stream, i + 1)) return 'condition';
  if (text === '::' && isCast(stream, i)) return 'function';
  if (kind === 'word' && isDangerous(stream, i)) return 'function';
  return undefined;
}

/** Index of the first token that does not only close what the program opened. */
function closers(stream: SqlStream): number {
  let i = 0;
  while (stream.at(i) === ')' || stream.at(i) === '}') i += 1;
  return i;
}

function isUnion(stream: SqlStream, i: number, standing: Standing, value: string): boolean {
  let j = i + 1;
  while (j < i + 8 && ['all', 'distinct', 'distinctrow', '('].includes(stream.at(j))) j += 1;
  const verb = stream.at(j);
  if (verb !== 'select' && verb !== 'values') return false;
  if (stream.glued > 0 || isOddlySpelt(stream, j, value) || isOddlySpelt(stream, i, value)) return true;
  if (standing.breakout && !standing.apostrophe && !standing.opening) return true;
  const follows = i === 0 || stream.isLiteral(i - 1) || stream.at(i - 1) === ')';
  if (follows && isCapital(stream, i, standing, value) && isCapital(stream, j, standing, value)) return true;
  if (stream.kind(j + 1) === undefined && isCapital(stream, j, standing, value)) return true;
  if (stream.isName(j + 1) && stream.at(j + 2) === 'from') return true;
  return isSelectList(stream, j + 1) || (verb === 'values' && stream.at(j + 1) === '(');
}

function isSubquery(stream: SqlStream, i: number): boolean {
  if (stream.at(i) !== 'select') return false;
  return isSelectList(stream, i + 1) || stream.at(i + 1) === 'from';
}

function isCast(stream: SqlStream, i: number): boolean {
  const before = stream.kind(i - 1);
  const closed = stream.at(i - 1) === ')' || before === 'string' || before === 'number';
  return closed && SQL_TYPES.has(stream.at(i + 1));
}

/** `(1=1`, `having 1=1`: what it says is known before anybody asks. */
function isKnownBefore(stream: SqlStream, i: number): boolean {
  if (stream.at(i + 1) !== '=' && stream.at(i + 1) !== 'like') return false;
  const kind = stream.kind(i);
  return (kind === 'number' || kind === 'string') && stream.kind(i + 2) === kind;
}

const PACKAGES = /^(?:dbms_|utl_|ctxsys$)/;

function isDangerous(stream: SqlStream, i: number): boolean {
  const text = stream.at(i);
  if (SYSTEM_NAMES.has(text) && (stream.at(i - 1) === 'from' || stream.at(i + 1) === '.')) return true;
  // Packages of Oracle: DBMS_PIPE.RECEIVE_MESSAGE(…)
  if (PACKAGES.test(text) && stream.at(i + 1) === '.' && stream.isCall(i + 2)) return true;
  if (text === 'waitfor') return stream.at(i + 1) === 'delay' || stream.at(i + 1) === 'time';
  if (!DANGEROUS_CALLS.has(text) || stream.at(i + 1) !== '(' || stream.at(i + 2) === ')') return false;
  // "run benchmark (on Linux)"
  if (!stream.isCall(i)) return i > 0 && (stream.isLiteral(i + 2) || stream.at(i + 2) === '(');
  // `await sleep(5)`
  if (text === 'sleep' && stream.isName(i - 1) && !KEYWORDS.has(stream.at(i - 1))) return false;
  // `time.sleep(1)` is a line of another language.
  return stream.at(i - 1) !== '.';
}
