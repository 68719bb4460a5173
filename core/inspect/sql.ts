/**
 * SQL as an argument that is meant to be SQL: what kinds of statements it has, which functions it calls that act, which tables it
 * names. Not a parser: dialects are many and parsers of them refuse ordinary queries or take what a database does not. What has to be
 * known stands in words at known places, so tokens are enough, as long as each database that may be asked would cut the text so.
 * What is not understood is not allowed.
 */
import { evidenceOf, type Finding, type Span, wholeSpan } from './finding.ts';
import { lexingsOf, type SqlDialect } from './sql/dialects.ts';
import { SQL_KINDS, type SqlKind } from './sql/kinds.ts';
import { readStatement, type SqlStatement } from './sql/statement.ts';
import type { TablePatterns } from './sql/table-patterns.ts';
import { type SqlLexing, type SqlToken, sqlTokens } from './sql/tokens.ts';

export const SQL_REASONS = [
  'too-long',
  'null-character',
  'unclosed',
  'not-understood',
  'several-statements',
  'leaves-transaction',
  'statement-kind',
  'acting-function',
  'table',
] as const;

export type SqlReason = (typeof SQL_REASONS)[number];

export interface SqlSettings {
  /** Kinds that a statement may be. */
  readonly kinds: ReadonlySet<SqlKind>;
  /** More than one statement: never, always, or as a script: all but one that begins by reading and goes on to change. */
  readonly several: 'no' | 'yes' | 'script';
  /** Undefined: any. */
  readonly tables: TablePatterns | undefined;
  /** Functions that act and may be called all the same, in lower case. */
  readonly functions: ReadonlySet<string>;
}

/** The text as one or more databases cut it. */
interface DialectReading {
  readonly dialect: SqlDialect;
  /** Whole ones: what does not end is never run. */
  readonly statements: readonly SqlStatement[];
  /** Something in the last one does not end, so that this database refuses it. */
  readonly unclosed: boolean;
}

export interface SqlReading {
  readonly value: string;
  readonly problem: 'too-long' | 'null-character' | undefined;
  readonly readings: readonly DialectReading[];
  /** Of tables, in all of them. */
  readonly names: number;
  /** In characters gone through. */
  readonly work: number;
}

/** A statement with a few thousand rows of values. */
const LONGEST = 65_536;
/** Measured: what a character costs in each reading, next to one of a plain path. */
const PASSES = 6;

export function inspectSql(value: string, settings: SqlSettings): Finding | undefined {
  return judgeSql(readSql(value), settings);
}

export function readSql(value: string): SqlReading {
  if (value.length > LONGEST) return refused(value, 'too-long', 1);
  // To a database written in C the text ends there.
  if (value.includes('\0')) return refused(value, 'null-character', value.length);
  const lexings = lexingsOf(value);
  const readings = lexings.map(({ dialect, lexing }) => readAs(value, dialect, lexing));
  let names = 0;
  for (const { statements } of readings) for (const { tables } of statements) names += tables.length;
  return { value, problem: undefined, readings, names, work: PASSES * lexings.length * value.length };
}

function refused(value: string, problem: 'too-long' | 'null-character', work: number): SqlReading {
  return { value, problem, readings: [], names: 0, work };
}

function readAs(value: string, dialect: SqlDialect, lexing: SqlLexing): DialectReading {
  const statements: SqlStatement[] = [];
  let tokens: SqlToken[] = [];
  let unclosed = false;
  for (const token of sqlTokens(value, lexing)) {
    // MySQL and SQLite end a comment with the text.
    if (token.kind === 'comment' || token.kind === 'executed') continue;
    if (token.open) unclosed = true;
    if (token.kind === 'mark' && token.text === ';') {
      if (tokens.length > 0) statements.push(readStatement(tokens));
      tokens = [];
    } else tokens.push(token);
  }
  if (tokens.length > 0 && !unclosed) statements.push(readStatement(tokens));
  return { dialect, statements, unclosed };
}

export function judgeSql({ value, problem, readings }: SqlReading, settings: SqlSettings): Finding | undefined {
  if (problem !== undefined) return finding(problem, value, undefined, undefined, settings);
  for (const { statements, dialect } of readings) {
    const found = judgeStatements(statements, settings);
    if (found === undefined) continue;
    // Who reads on and finds nothing would not understand; it is named which database does.
    const isDisputed = readings.some((other) => judgeStatements(other.statements, settings) === undefined);
    return finding(found.reason, value, found.span, found.what, settings, isDisputed ? dialect : undefined);
  }
  if (settings.kinds.size === SQL_KINDS.length || readings.some(({ unclosed }) => !unclosed)) return undefined;
  return finding('unclosed', value, undefined, undefined, settings);
}

interface Found {
  readonly reason: SqlReason;
  readonly span: Span;
  readonly what?: string;
}

function judgeStatements(statements: readonly SqlStatement[], settings: SqlSettings): Found | undefined {
  for (const statement of statements) {
    const found = judgeStatement(statement, settings);
    if (found !== undefined) return found;
  }
  const second = statements[1];
  if (second === undefined || settings.several === 'yes') return undefined;
  const leaving = leavesTransaction(statements);
  if (leaving !== undefined) return { reason: 'leaves-transaction', span: spanOf(leaving) };
  if (settings.several === 'no') return { reason: 'several-statements', span: spanOf(second) };
  const changing = changesAfterReading(statements);
  return changing === undefined ? undefined : { reason: 'several-statements', span: spanOf(changing) };
}

function judgeStatement(statement: SqlStatement, { kinds, tables, functions }: SqlSettings): Found | undefined {
  const span = spanOf(statement);
  // Before kinds: that it reads a file is the better answer.
  for (const { name, token } of statement.acting) {
    if (!functions.has(name)) return { reason: 'acting-function', span: spanOf(token), what: name };
  }
  // Where every kind is allowed, it matters to nobody which one it is.
  if (statement.kinds.size === 0 && kinds.size < SQL_KINDS.length) return { reason: 'not-understood', span };
  for (const kind of statement.kinds) {
    if (!kinds.has(kind)) return { reason: 'statement-kind', span, what: kind };
  }
  if (tables === undefined) return undefined;
  for (const table of statement.tables) {
    if (!tables.has(table)) return { reason: 'table', span: spanOf(table.token), what: table.parts.join('.') };
  }
  return statement.unseen ? { reason: 'table', span, what: 'tables that it does not name' } : undefined;
}

/**
 * A server that wraps what it is sent in BEGIN READ ONLY … ROLLBACK is left with `COMMIT; DROP …` (Datadog, 2025: the reference
 * server for PostgreSQL).
 */
function leavesTransaction(statements: readonly SqlStatement[]): SqlStatement | undefined {
  let begun = 0;
  for (const [i, { transaction }] of statements.entries()) {
    if (transaction === 'begins') begun += 1;
    if (transaction !== 'ends') continue;
    if (begun === 0 && i < statements.length - 1) return statements[i];
    begun -= 1;
  }
  return undefined;
}

function changesAfterReading(statements: readonly SqlStatement[]): SqlStatement | undefined {
  return reads(statements[0]) ? statements.find((one) => !reads(one)) : undefined;
}

function reads(statement: SqlStatement | undefined): boolean {
  return statement?.kinds.size === 1 && statement.kinds.has('select');
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** Where nobody has said what statements are for: any, but none that acts outside of its tables or slips behind another. */
export const DEFAULT_SQL: SqlSettings = {
  kinds: new Set(SQL_KINDS),
  several: 'script',
  tables: undefined,
  functions: new Set(),
};

const NAMED = 8;

function finding(
  reason: SqlReason,
  value: string,
  span: Span | undefined,
  what: string | undefined,
  settings: SqlSettings,
  dialect?: SqlDialect,
): Finding {
  const { start, end } = span ?? wholeSpan(value);
  return {
    detector: 'sql',
    reason,
    message: `The SQL "${evidenceOf(value)}" ${sentenceOf(reason, what, dialect)}. ${adviceOf(reason, settings)}`,
    span,
    evidence: evidenceOf(value.slice(start, Math.min(end, start + 200))),
  };
}

const DATABASES: Readonly<Record<SqlDialect, string>> = {
  standard: 'every database',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
  sqlite: 'SQLite',
  sqlserver: 'SQL Server',
};

function sentenceOf(reason: SqlReason, what: string | undefined, dialect: SqlDialect | undefined): string {
  const named = what === undefined ? '' : evidenceOf(what);
  const readBy = dialect === undefined ? '' : `, as ${DATABASES[dialect]} reads it`;
  switch (reason) {
    case 'too-long':
      return `is longer than ${LONGEST.toLocaleString('en')} characters`;
    case 'null-character':
      return 'has a NUL character';
    case 'unclosed':
      return 'has a quote that is not closed';
    case 'not-understood':
      return `has a statement that is not known${readBy}`;
    case 'several-statements':
      return `has more than one statement${readBy}`;
    case 'leaves-transaction':
      return 'ends a transaction that it did not begin';
    case 'statement-kind':
      return `has a statement of the kind "${named}"${readBy}`;
    case 'acting-function':
      return `calls "${named}", which does more than compute${readBy}`;
    case 'table':
      return `uses "${named}", which is not among the allowed tables${readBy}`;
  }
}

function adviceOf(reason: SqlReason, { kinds, tables }: SqlSettings): string {
  switch (reason) {
    case 'statement-kind':
    case 'not-understood':
      return `Allowed here: ${[...kinds].join(', ')}.`;
    case 'several-statements':
      return 'Send one statement a call.';
    case 'leaves-transaction':
      return 'Leave out COMMIT and ROLLBACK.';
    case 'acting-function':
      return 'Leave out the call.';
    case 'table': {
      const written = tables?.written ?? [];
      const more = written.length > NAMED ? ', …' : '';
      return `Use only ${evidenceOf(written.slice(0, NAMED).join(', '))}${more}.`;
    }
    default:
      return 'Send plain SQL, one statement a call.';
  }
}
