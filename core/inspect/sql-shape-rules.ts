/** What makes a stream of tokens an injection: the reasons of grammar, each of which is enough alone. */
import { isSymbolComparison, type Operand, type SqlStream } from './sql-stream.ts';
import {
  ARITHMETIC,
  COMMON_CALLS,
  CONJUNCTIONS,
  DANGEROUS_CALLS,
  KEYWORDS,
  SET_OPERATORS,
  SQL_TYPES,
  STATEMENT_OBJECTS,
  SYSTEM_NAMES,
} from './sql-words.ts';

export type ShapeReason =
  | 'condition'
  | 'union'
  | 'statement'
  | 'cut-off'
  | 'function'
  | 'subquery'
  | 'out-of-quotes'
  | 'disguise';

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
  if (text === '(' && isSubquery(stream, i + 1)) return 'subquery';
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

// --- what follows a quote

function outOfQuotes(stream: SqlStream, standing: Standing, first: number): ShapeReason | undefined {
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

/** Whether a string behind an operator is one: quotes around a sign have a blank or a mark behind them. */
function goesOn(stream: SqlStream, i: number): boolean {
  const content = stream.tokens[i]?.text ?? '';
  return content === '' ? stream.tokens.length === i + 1 : WORDLIKE.test(content);
}

const WORDLIKE = /^[\p{L}\p{N}_%@-]/u;

function isKnownCall(name: string): boolean {
  return DANGEROUS_CALLS.has(name) || COMMON_CALLS.has(name);
}

const ENDS = new Set([';', ')', ',', '--', '#']);

function isEnd(stream: SqlStream, i: number): boolean {
  return stream.kind(i) === undefined || ENDS.has(stream.at(i)) || CONJUNCTIONS.has(stream.at(i));
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

function isNullTest(stream: SqlStream, i: number): boolean {
  const at = stream.at(i + 1) === 'not' ? i + 2 : i + 1;
  return ['null', 'true', 'false', 'unknown', 'distinct'].includes(stream.at(at)) || stream.at(at) === '?';
}

/** `1--`, `1) -- -`: a number, and the rest of the statement gone. */
function isCutNumber(stream: SqlStream): boolean {
  if (stream.cutAt === undefined || stream.kind(0) !== 'number') return false;
  let i = 1;
  while (stream.at(i) === ')' || stream.at(i) === ';') i += 1;
  return i === stream.tokens.length && (i > 1 || stream.tokens[0]?.end !== stream.cutAt);
}

// --- conditions

function isCondition(stream: SqlStream, i: number, first: number, standing: Standing): boolean {
  const left = stream.operand(i + 1);
  if (left.kind === 'none') return false;
  if (left.kind === 'query') return true;
  const out = standing.breakout && i === first;
  const led = out ? !standing.apostrophe : !standing.breakout && isOperandBefore(stream, i);
  const comparison = comparisonAt(stream, left);
  if (comparison !== undefined) {
    const literals = (left.kind === 'literal' ? 1 : 0) + (comparison.right === 'literal' ? 1 : 0);
    if (literals === 2 && comparison.sure && !NAME_SIGNS.has(stream.at(i - 1))) return true;
    if (out) return led || comparison.sure || literals > 0;
    if (!led || !comparison.sure) return false;
    // Without an operand in front it may be a line of code.
    return i > 0 || comparison.open || comparison.right === 'query';
  }
  if (left.kind === 'call') return isKnownCall(stream.at(i + 1)) || (i > 0 && led && stream.isCall(i + 1)) || out;
  if (left.kind === 'name') return out && led && stream.kind(left.next) === 'number' && isEnd(stream, left.next + 1);
  if (!isEnd(stream, left.next) || stream.at(left.next) === ',') return out && led && stream.kind(i + 1) === 'number';
  if (out) return stream.kind(i + 1) === 'string' ? isGluedString(stream, i, standing) : true;
  if (!led) return false;
  return (
    stream.cutAt !== undefined ||
    (isValue(stream, 0) && (stream.kind(i + 1) === 'word' || stream.kind(i) === 'operator'))
  );
}

function isValue(stream: SqlStream, i: number): boolean {
  return stream.kind(i) === 'number' || stream.kind(i) === 'string';
}

/** In front of a word that is part of a name: `feature/or-1`. */
const NAME_SIGNS = new Set(['/', '-', '.']);

/** `'or'x`; but `rock'and'roll` is a name, and `'OR' keeps …` a word in quotes. */
function isGluedString(stream: SqlStream, i: number, standing: Standing): boolean {
  if (standing.apostrophe && stream.at(i) === 'and') return false;
  const content = stream.tokens[i + 1]?.text ?? '';
  return !standing.opening && (content === '' ? stream.tokens.length > i + 2 : WORDLIKE.test(content));
}

/** `'1' not regexp '2'`, `1='1'`: what it says is known before anybody asks. */
function comparesStrings(stream: SqlStream): boolean {
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

// --- unions, queries, casts, calls

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

/** What follows `select` and is no word of a sentence. */
function isSelectList(stream: SqlStream, from: number): boolean {
  let i = from;
  while (['all', 'distinct', 'top'].includes(stream.at(i))) i += 1;
  const text = stream.at(i);
  if (text === '*' || text === '(' || text === '.' || text === '-' || text === 'case') return true;
  if (stream.kind(i) === 'string') return !stream.isOpen(i) || goesOn(stream, i);
  if (stream.isLiteral(i) || stream.isCall(i)) return true;
  if (!stream.isName(i)) return false;
  const next = stream.at(i + 1);
  return next === ',' || next === '.' || (next === 'from' && stream.isName(i + 2) && i === from);
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

function isDangerous(stream: SqlStream, i: number): boolean {
  const text = stream.at(i);
  if (SYSTEM_NAMES.has(text) && (stream.at(i - 1) === 'from' || stream.at(i + 1) === '.')) return true;
  if (text === 'waitfor') return stream.at(i + 1) === 'delay' || stream.at(i + 1) === 'time';
  if (!DANGEROUS_CALLS.has(text) || stream.at(i + 1) !== '(' || stream.at(i + 2) === ')') return false;
  // "run benchmark (on Linux)"
  if (!stream.isCall(i)) return i > 0 && (stream.isLiteral(i + 2) || stream.at(i + 2) === '(');
  // `await sleep(5)`
  if (text === 'sleep' && stream.isName(i - 1) && !KEYWORDS.has(stream.at(i - 1))) return false;
  // `time.sleep(1)` is a line of another language.
  return stream.at(i - 1) !== '.' || stream.at(i - 2).startsWith('dbms_') || stream.at(i - 2).startsWith('utl_');
}

// --- statements

/** How sure it is, from 0 to 1, that a statement begins at `i`. Behind `;` or a quote half is enough. */
function statementAt(stream: SqlStream, i: number, standing: Standing, value: string): number {
  const verb = stream.at(i);
  if (stream.kind(i) !== 'word') return 0;
  const loud = isLoud(stream, i, standing, value);
  const next = stream.at(i + 1);
  switch (verb) {
    case 'select':
      return selectAt(stream, i, loud);
    case 'insert':
    case 'replace':
    case 'merge':
      if (next !== 'into') return 0;
      return loud || hasSoon(stream, i + 2, ['values', 'select', '(']) ? 1 : 0.5;
    case 'update':
      return stream.at(i + 2) === 'set' || stream.at(i + 4) === 'set' ? (hasSoon(stream, i + 3, ['=']) ? 1 : 0.5) : 0;
    case 'delete':
      if (next !== 'from') return 0;
      return loud || stream.at(i + 3) === 'where' || stream.at(i + 3) === ';' || stream.cutAt !== undefined ? 1 : 0.5;
    case 'drop':
    case 'truncate':
    case 'alter':
    case 'create':
      if (!STATEMENT_OBJECTS.has(next)) return 0;
      return loud || stream.cutAt !== undefined || stream.at(i + 3) === ';' || stream.at(i + 2) === 'if' ? 1 : 0.5;
    case 'exec':
    case 'execute':
      if (/^(?:xp_|sp_|master$|immediate$)/.test(next)) return 1;
      return next === '(' && stream.kind(i + 2) === 'string'
        ? 1
        : stream.isName(i + 1) && isEnd(stream, i + 2)
          ? 0.5
          : 0;
    case 'declare':
    case 'set':
      return stream.kind(i + 1) === 'variable' && next.startsWith('@') ? 1 : 0;
    case 'waitfor':
      return next === 'delay' || next === 'time' ? 1 : 0;
    case 'attach':
    case 'backup':
      return next === 'database' ? 1 : 0;
    case 'copy':
      return hasSoon(stream, i + 2, ['program', 'stdin', 'stdout']) ? 1 : 0;
    case 'load':
      return next === 'data' && hasSoon(stream, i + 2, ['infile']) ? 1 : 0;
    case 'grant':
    case 'revoke':
      return hasSoon(stream, i + 1, ['on', 'to']) ? 0.5 : 0;
    case 'shutdown':
    case 'analyze':
    case 'vacuum':
    case 'commit':
    case 'rollback':
      return isEnd(stream, i + 1) ? 0.5 : 0;
    case 'rename':
    case 'lock':
    case 'handler':
    case 'prepare':
    case 'call':
    case 'do':
      return stream.isName(i + 1) && (loud || stream.cutAt !== undefined) ? 0.5 : 0;
    default:
      return 0;
  }
}

function selectAt(stream: SqlStream, i: number, loud: boolean): number {
  if (!isSelectList(stream, i + 1)) return 0;
  const next = stream.at(i + 1);
  const plain = stream.isName(i + 1) && !stream.isCall(i + 1);
  if (loud) return 1;
  if (plain) return hasSoon(stream, i + 2, ['where', 'limit', 'union', '=']) ? 1 : 0.5;
  if (/^0x/i.test(next)) return 1;
  if (stream.isLiteral(i + 1)) return hasSoon(stream, i + 2, ['from', 'where', '=']) ? 1 : 0.5;
  return next === '*' || hasSoon(stream, i + 2, ['from']) || stream.isCall(i + 1) ? 1 : 0.5;
}

function hasSoon(stream: SqlStream, from: number, texts: readonly string[]): boolean {
  for (let i = from; i < from + 24; i++) if (texts.includes(stream.at(i))) return true;
  return false;
}

// --- spelling

function isLoud(stream: SqlStream, i: number, standing: Standing, value: string): boolean {
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
