/**
 * SQL in a value that is none: an id, a name, search words. The value is read as it would stand in the statement of a program
 * that pastes it: bare, behind a quote of its own that ends the program's, in each kind of quote. An injection has to be
 * grammar there; `O'Brien`, `it's 5 o'clock -- maybe` and "select all from menu" are not.
 *
 * The idea of reading a value in several contexts is libinjection's (N. Galbreath, 2012). Its table of fingerprints is
 * replaced by reasons: a condition, a union, a statement, a comment that cuts off the rest, a call.
 */
import { evidenceOf, type Finding, type Span, wholeSpan } from './finding.ts';
import { STANDARD_LEXING } from './sql/dialects.ts';
import { queryShape } from './sql/query-shapes.ts';
import { weighFragments } from './sql/fragments.ts';
import { findShape } from './sql/shapes.ts';
import type { Standing } from './sql/spelling.ts';
import { SqlStream } from './sql/stream.ts';
import { type SqlLexing, sqlTokens } from './sql/tokens.ts';
import { sqlViews } from './sql/views.ts';

export const SQL_SHAPE_REASONS = [
  'condition',
  'union',
  'statement',
  'cut-off',
  'function',
  'subquery',
  'out-of-quotes',
  'disguise',
  'fragment',
  'query-operator',
  'directory-filter',
  'xpath',
  'too-long',
] as const;

export type SqlShapeReason = (typeof SQL_SHAPE_REASONS)[number];

export interface SqlShapesReading {
  readonly value: string;
  readonly problem: SqlShapeReason | undefined;
  readonly span: Span | undefined;
  /** In characters gone through. */
  readonly work: number;
}

/** No id or search word is longer; beyond it, nothing is read. */
const LONGEST = 65_536;

/** Measured: what a character costs in each context, next to one of a plain path. */
const PASSES = 6;

/** Nothing but these: no quote, no blank, no parenthesis, and no two dashes. */
const PLAIN = /^[\w.:@/-]*$/;

const LEXING: SqlLexing = { ...STANDARD_LEXING, doubleQuoted: 'string', executed: true, dollar: true };
/** `#` up to the end of a line is a comment where there is one. */
const LEXING_LINES: SqlLexing = { ...LEXING, hash: true };

export function inspectSqlShapes(value: string): Finding | undefined {
  return judgeSqlShapes(readSqlShapes(value));
}

export function judgeSqlShapes({ value, problem, span }: SqlShapesReading): Finding | undefined {
  if (problem === undefined) return undefined;
  const at = span ?? wholeSpan(value);
  return {
    detector: 'sql-shapes',
    reason: problem,
    message: `The value "${evidenceOf(value)}" ${SENTENCES[problem]}. Send the plain name, id or words, without SQL.`,
    span: problem === 'too-long' ? undefined : span,
    evidence: evidenceOf(value.slice(at.start, at.end)),
  };
}

export function readSqlShapes(value: string): SqlShapesReading {
  if (PLAIN.test(value) && !value.includes('--')) return { value, problem: undefined, span: undefined, work: 0 };
  if (value.length > LONGEST) return { value, problem: 'too-long', span: undefined, work: 1 };
  let work = value.length;
  for (const view of sqlViews(value)) {
    const query = queryShape(view);
    work += view.length;
    if (query !== undefined) return { value, problem: query, span: wholeSpan(value), work };
    for (const from of contextsOf(view)) {
      work += PASSES * view.length;
      const found = readContext(view, from);
      if (found !== undefined) {
        // Where a decoded view has it says nothing of where it stands in the value.
        return { value, problem: found.reason, span: view === value ? found.span : wholeSpan(value), work };
      }
    }
  }
  return { value, problem: undefined, span: undefined, work };
}

/**
 * 0, behind the first quote of each kind, and behind the end of a comment that does not begin here. Two quotes in a row may be one that
 * is escaped, or two that end something.
 */
function contextsOf(text: string): readonly number[] {
  const from = new Set([0]);
  const comment = COMMENT_END.exec(text);
  if (comment !== null && !text.slice(0, comment.index).includes('/*')) from.add(comment.index + comment[0].length);
  for (const quote of ["'", '"', '`']) {
    const at = text.indexOf(quote);
    if (at === -1) continue;
    from.add(at + 1);
    let run = at + 1;
    while (text[run] === quote) run += 1;
    from.add(run);
  }
  return [...from];
}

/** Not `src/*\/x`, nor every five minutes. */
const COMMENT_END = /(?:^|[\s\w'")])\*\/(?=[\s;)'"-])/;

interface Found {
  readonly reason: SqlShapeReason;
  readonly span: Span;
}

function readContext(text: string, from: number): Found | undefined {
  const lexing = text.includes('#') && text.includes('\n') ? LEXING_LINES : LEXING;
  const quote = from > 0 ? (text[from - 1] as string) : '';
  const stream = new SqlStream(sqlTokens(text, lexing, from), text, quote);
  if (stream.tokens.length === 0 && stream.cutAt === undefined) return undefined;
  const standing: Standing = {
    breakout: from > 0,
    apostrophe: from > 0 && LETTER.test(text[from - 2] ?? '') && LETTER.test(text[from] ?? ''),
    opening: from > 0 && looksOpening(text, from, quote),
    capitals: SMALL.test(text),
  };
  const shape = findShape(stream, standing, text);
  if (shape !== undefined) return { reason: shape.reason, span: spanOf(stream, shape.at, from, text) };
  if (weighFragments(stream, standing, text) < 100) return undefined;
  return { reason: stream.executed > 0 ? 'disguise' : 'fragment', span: { start: from, end: text.length } };
}

function looksOpening(text: string, from: number, quote: string): boolean {
  let before = from - 1;
  while (before >= 0 && text[before] === quote) before -= 1;
  // `''` behind a blank is an empty string; behind a word it ends something.
  if ((from - 1 - before) % 2 === 0) return before < 0 || OPENS.test(text[before] ?? '');
  if (!text.includes(quote, from)) return false;
  return quote === '`' || (before >= 0 && OPENS.test(text[before] ?? ''));
}

const LETTER = /\p{L}/u;
const OPENS = /[\s([{,=:!<>+|&@]/;
const SMALL = /[a-z]/;

function spanOf(stream: SqlStream, at: number, from: number, text: string): Span {
  return { start: stream.tokens[at]?.start ?? stream.cutAt ?? from, end: text.length };
}

const SENTENCES: Record<SqlShapeReason, string> = {
  condition: 'contains a condition of SQL, which would widen a query it is pasted into',
  union: 'contains a UNION of SQL, which would add rows of another table',
  statement: 'contains a statement of SQL',
  'cut-off': 'ends in a comment of SQL, which would cut off the rest of a query',
  function: 'calls a function of a database',
  subquery: 'contains a query of SQL',
  'out-of-quotes': 'closes a quote and goes on as SQL',
  disguise: 'contains SQL that is disguised with comments',
  fragment: 'contains pieces of SQL',
  'query-operator': 'contains an operator of a document database',
  'directory-filter': 'contains a piece of an LDAP filter',
  xpath: 'contains a piece of an XPath expression',
  'too-long': 'is longer than 65,536 characters, too long for a name, an id or search words',
};
