/** One statement as far as a policy asks: what kinds of things it does, the functions that act, the tables it names. */
import { isActing } from './acting-functions.ts';
import { expectsName, isInnerVerb, isTellingPragma, kindOf, type SqlKind } from './kinds.ts';
import type { TableName } from './table-name.ts';
import { readTables } from './table-names.ts';
import type { SqlToken } from './tokens.ts';

export interface SqlStatement {
  /** Everything it does; empty where it is not understood. */
  readonly kinds: ReadonlySet<SqlKind>;
  /** Such as `pg_sleep`, and where they stand. */
  readonly acting: readonly NamedToken[];
  readonly tables: readonly TableName[];
  /** It may touch tables that it does not name: a procedure, a file, the body of a function. */
  readonly unseen: boolean;
  readonly transaction: 'begins' | 'ends' | undefined;
  readonly start: number;
  readonly end: number;
}

export interface NamedToken {
  readonly name: string;
  readonly token: SqlToken;
}

/** `tokens` are those of the statement, without comments and without the `;`; at least one. */
export function readStatement(tokens: readonly SqlToken[]): SqlStatement {
  const kinds = new Set<SqlKind>();
  const first = firstWord(tokens);
  const word = wordAt(tokens, first);
  const kind = kindOf(word);
  if (kind !== undefined) {
    kinds.add(kindOfFirst(tokens, first, kind));
    addInnerKinds(tokens, first, kinds);
  }
  return {
    kinds,
    acting: actingIn(tokens),
    tables: readTables(tokens, first),
    unseen: kinds.has('call') || kinds.has('file') || makesCode(tokens, first, kind),
    transaction: transactionOf(tokens, first),
    start: tokens[0]?.start ?? 0,
    end: tokens.at(-1)?.end ?? 0,
  };
}

function transactionOf(tokens: readonly SqlToken[], first: number): 'begins' | 'ends' | undefined {
  const word = wordAt(tokens, first);
  if (word === 'begin' || (word === 'start' && wordAt(tokens, first + 1) === 'transaction')) return 'begins';
  const ends = word === 'commit' || word === 'end' || word === 'abort' || word === 'rollback';
  return ends && wordAt(tokens, first + 1) !== 'to' ? 'ends' : undefined;
}

const WITH_TABLES = new Set(['table', 'view', 'index']);

/** CREATE FUNCTION, TRIGGER, RULE, …: all but what is a table or stands on one. */
function makesCode(tokens: readonly SqlToken[], first: number, kind: SqlKind | undefined): boolean {
  if (kind !== 'create' && kind !== 'alter' && kind !== 'drop') return false;
  for (let i = first + 1; i < Math.min(first + 8, tokens.length); i++) {
    if (WITH_TABLES.has(wordAt(tokens, i))) return false;
  }
  return true;
}

function wordAt(tokens: readonly SqlToken[], i: number): string {
  const token = tokens[i];
  return token?.kind === 'word' ? token.text : '';
}

function textAt(tokens: readonly SqlToken[], i: number): string {
  const token = tokens[i];
  return token === undefined || token.kind === 'string' || token.kind === 'quoted' ? '' : token.text;
}

/** `(SELECT …) UNION (SELECT …)` begins with parentheses. */
function firstWord(tokens: readonly SqlToken[]): number {
  let i = 0;
  while (textAt(tokens, i) === '(') i += 1;
  return i;
}

function kindOfFirst(tokens: readonly SqlToken[], first: number, kind: SqlKind): SqlKind {
  if (wordAt(tokens, first) !== 'pragma') return kind;
  let at = first + 1;
  // With the name of a schema in front.
  if (textAt(tokens, at + 1) === '.') at += 2;
  const hasArgument = at + 1 < tokens.length;
  return isTellingPragma(wordAt(tokens, at), hasArgument) ? 'select' : kind;
}

const EXPLAINS = new Set(['explain', 'describe', 'desc']);

function addInnerKinds(tokens: readonly SqlToken[], first: number, kinds: Set<SqlKind>): void {
  const word = wordAt(tokens, first);
  if (EXPLAINS.has(word) && !executes(tokens, first)) return;
  if (word === 'show' || word === 'grant' || word === 'revoke' || word === 'deny' || word === 'comment') return;
  for (let i = first + 1; i < tokens.length; i++) {
    if (tokens[i]?.kind !== 'word') continue;
    const kind = innerKind(tokens, i, first);
    if (kind !== undefined) kinds.add(kind);
  }
  if (word === 'replace' || (word === 'insert' && wordAt(tokens, first + 1) === 'or')) {
    // A row that is there is deleted for the new one.
    kinds.add('insert').add('update');
  }
}

/** EXPLAIN ANALYZE runs what it explains. */
function executes(tokens: readonly SqlToken[], first: number): boolean {
  for (let i = first + 1; i < tokens.length; i++) {
    const word = wordAt(tokens, i);
    if (word === 'analyze' || word === 'analyse') return true;
    if (kindOf(word) !== undefined && word !== 'table') return false;
  }
  return false;
}

function innerKind(tokens: readonly SqlToken[], i: number, first: number): SqlKind | undefined {
  const word = wordAt(tokens, i);
  const before = textAt(tokens, i - 1);
  if (word === 'into') return intoKind(tokens, i);
  if (word === 'for') return isLock(tokens, i) ? 'update' : undefined;
  if (word === 'update' && (before === 'do' || before === 'key' || before === 'then')) return 'update';
  if (word === 'delete' && before === 'then') return 'delete';
  if (!isInnerVerb(word) || !mayBegin(tokens, i, first)) return undefined;
  return kindOf(word);
}

/** SELECT … INTO makes a table, a file or a variable. */
function intoKind(tokens: readonly SqlToken[], i: number): SqlKind | undefined {
  if (INTO_BEHIND.has(wordAt(tokens, i - 1))) return undefined;
  const next = textAt(tokens, i + 1);
  if (next === 'outfile' || next === 'dumpfile') return 'file';
  return tokens[i + 1]?.kind === 'variable' || tokens[i + 1] === undefined ? undefined : 'create';
}

const INTO_BEHIND = new Set([
  'insert',
  'replace',
  'merge',
  'ignore',
  'delayed',
  'low_priority',
  'high_priority',
  'abort',
  'fail',
  'rollback',
  'all',
  'overwrite',
  'upsert',
  'copy',
]);

function isLock(tokens: readonly SqlToken[], i: number): boolean {
  const next = wordAt(tokens, i + 1);
  if (next === 'update' || next === 'share') return true;
  return (next === 'no' || next === 'key') && ['key', 'share', 'update'].includes(wordAt(tokens, i + 2));
}

/** Whether a statement can begin at `i`: behind what ends another, in the body of a WITH, or behind words of EXPLAIN. */
function mayBegin(tokens: readonly SqlToken[], i: number, first: number): boolean {
  // `insert(…)`, `replace(…)` are functions too, `t.update` a column.
  const next = textAt(tokens, i + 1);
  if (next === '.' || next === ',' || next === '=') return false;
  if (next === '(' && wordAt(tokens, i) !== 'exec' && wordAt(tokens, i) !== 'execute') return false;
  const before = tokens[i - 1];
  if (before === undefined) return false;
  if (before.kind === 'word') return before.text === 'begin' || i - 1 === first || !expectsName(before.text);
  if (before.kind === 'operator') return before.text === '*';
  if (before.kind === 'mark') return before.text === ')' || before.text === '(' || before.text === '}';
  return true;
}

function actingIn(tokens: readonly SqlToken[]): NamedToken[] {
  const found: NamedToken[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as SqlToken;
    if (token.kind !== 'word' && token.kind !== 'quoted') continue;
    const name = token.text.toLowerCase();
    const isProgram = name === 'program' && (wordAt(tokens, i - 1) === 'to' || wordAt(tokens, i - 1) === 'from');
    if (isProgram && tokens[i + 1]?.kind === 'string') found.push({ name, token });
    else if (textAt(tokens, i + 1) === '(' && isActing(name, isInFrom(tokens, i))) found.push({ name, token });
    // It says how the name in front of it is to be read, which may then be any.
    else if (name === 'uescape' && tokens[i - 1]?.kind === 'quoted' && tokens[i + 1]?.kind === 'string')
      found.push({ name, token });
    // EXEC xp_cmdshell 'dir', and as the first word of a batch
    else if (name.startsWith('xp_')) found.push({ name, token });
  }
  return found;
}

function isInFrom(tokens: readonly SqlToken[], i: number): boolean {
  const before = textAt(tokens, i - 1);
  return before === 'from' || before === 'join' || before === 'into' || before === 'function';
}
