/** Kinds of statements, by what they can do, and the words that begin them in PostgreSQL, MySQL, SQLite and SQL Server. */

export const SQL_KINDS = [
  'select',
  'insert',
  'update',
  'delete',
  'merge',
  'create',
  'alter',
  'drop',
  'truncate',
  'grant',
  'call',
  'set',
  'transaction',
  'file',
  'maintenance',
] as const;

export type SqlKind = (typeof SQL_KINDS)[number];

function by(kind: SqlKind, words: string): [string, SqlKind][] {
  return words.split(' ').map((word) => [word, kind]);
}

const FIRST_WORDS: ReadonlyMap<string, SqlKind> = new Map<string, SqlKind>([
  ...by('select', 'select values table with show describe desc explain help'),
  ...by('insert', 'insert upsert'),
  ...by('update', 'update replace'),
  ...by('delete', 'delete'),
  ...by('merge', 'merge'),
  ...by('create', 'create'),
  ...by('alter', 'alter rename comment refresh cluster'),
  ...by('drop', 'drop undrop purge'),
  ...by('truncate', 'truncate'),
  ...by('grant', 'grant revoke deny reassign security'),
  ...by(
    'call',
    'call exec execute do if while declare print raiserror throw prepare deallocate fetch open close move handler goto',
  ),
  ...by('set', 'set reset use pragma discard'),
  ...by('transaction', 'begin start commit end rollback savepoint release abort'),
  ...by('file', 'copy load attach detach backup restore bulk import export unload install'),
  ...by(
    'maintenance',
    'vacuum analyze analyse reindex optimize check repair checksum lock unlock listen unlisten notify kill flush shutdown dbcc checkpoint waitfor reconfigure cache binlog stop change signal',
  ),
]);

export function kindOf(word: string): SqlKind | undefined {
  return FIRST_WORDS.get(word);
}

/** What may begin a statement without `;` in front of it, in a batch of SQL Server, or in the body of a WITH. */
const INNER = new Set(
  'insert upsert replace update delete merge drop alter create truncate exec execute grant revoke deny declare waitfor shutdown backup restore kill dbcc bulk reconfigure'.split(
    ' ',
  ),
);

export function isInnerVerb(word: string): boolean {
  return INNER.has(word);
}

/** Words behind which a name or an expression stands, so that a verb there is a name. */
const EXPECTS_NAME = new Set(
  'select distinct all where and or not on by having when else case in like between is as from join inner left right full cross outer using for of before after instead end limit offset values set returning table column index view user add into only lateral with key no if exists default references to global local temporary temp row statement each current next prior'.split(
    ' ',
  ),
);

export function expectsName(word: string): boolean {
  return EXPECTS_NAME.has(word);
}

/** Pragmas of SQLite that only tell, also with an argument. */
const TELLING_PRAGMAS = new Set(
  'table_info table_xinfo table_list index_list index_info index_xinfo foreign_key_list foreign_key_check integrity_check quick_check'.split(
    ' ',
  ),
);
/** Those that act without one. */
const ACTING_PRAGMAS = new Set(['optimize', 'incremental_vacuum', 'wal_checkpoint', 'shrink_memory']);

export function isTellingPragma(name: string, hasArgument: boolean): boolean {
  return TELLING_PRAGMAS.has(name) || (!hasArgument && name !== '' && !ACTING_PRAGMAS.has(name));
}
