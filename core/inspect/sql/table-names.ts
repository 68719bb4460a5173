/** The tables that a statement names, without those that a WITH of its own defines. */
import { tableOfCast } from './table-casts.ts';
import type { TableName } from './table-name.ts';
import type { SqlToken } from './tokens.ts';

/** Words behind which a table stands. */
const BEFORE_TABLE = new Set([
  'from',
  'join',
  'straight_join',
  'apply',
  'into',
  'update',
  'table',
  'view',
  'truncate',
  'references',
]);
/** Behind which more follow, with commas between. */
const BEFORE_LIST = new Set(['from', 'update', 'table', 'truncate', 'view', 'delete']);
/** Between them and a name. */
const FILLERS = new Set(['only', 'lateral', 'if', 'not', 'exists', 'table', 'low_priority', 'ignore', 'quick', 'into']);
/** Reserved everywhere: no alias of a table. */
const END_OF_LIST = new Set(['where', 'group', 'order', 'having', 'select']);
/** An alias to some databases, where a comma or a hint follows. */
const MAY_END_LIST = new Set(['limit', 'returning', 'set', 'values']);
/** No table has such a name without quotes. */
const RESERVED = new Set(
  'where group order having set values select join on using when then and or from to is in as with union except intersect for limit'.split(
    ' ',
  ),
);
/** FROM is part of their arguments. */
const CALLS_WITH_FROM = new Set(['extract', 'substring', 'substr', 'trim', 'overlay', 'position', 'ltrim', 'rtrim']);
/** In front of `update`, which is then no statement: FOR UPDATE, ON UPDATE CASCADE, ON CONFLICT DO UPDATE. */
const NOT_UPDATES = new Set(['for', 'on', 'do', 'key', 'then', 'no', 'or', 'after', 'before', ',', 'when', 'not']);
const MADE_ON = new Set(['create', 'drop', 'grant', 'revoke', 'deny']);
const NO_COLUMNS_BEHIND = new Set(['from', 'join', 'apply', ',', 'lateral', '(', 'using', 'in']);

/** What is known of the parenthesis that one stands in. */
interface Level {
  /** A FROM in it is one of a query. */
  query: boolean;
  /** A comma separates tables. */
  inList: boolean;
  /** The next name is one of a table. */
  expects: boolean;
  /** The name that its content defines, once it is closed. */
  readonly defines: string | undefined;
  /** Names defined in it. */
  readonly defined: string[];
}

/** `first` is the index of the word that begins the statement. */
export function readTables(tokens: readonly SqlToken[], first: number): TableName[] {
  return new TableReader(tokens, first).read();
}

class TableReader {
  readonly #tokens: readonly SqlToken[];
  readonly #firstWord: string;
  readonly #first: number;
  readonly #found: TableName[] = [];
  readonly #levels: Level[] = [levelOf(true, false, undefined)];
  /** How many definitions of a name are in sight. */
  readonly #visible = new Map<string, number>();
  #recursive = false;

  constructor(tokens: readonly SqlToken[], first: number) {
    this.#tokens = tokens;
    this.#first = first;
    this.#firstWord = this.#text(first);
  }

  read(): TableName[] {
    for (let i = 0; i < this.#tokens.length;) i = this.#step(i);
    return this.#found;
  }

  /** Index of the token to go on with. */
  #step(i: number): number {
    const level = this.#levels.at(-1) as Level;
    const text = this.#text(i);
    const cast = text === '::' || text === 'as' ? tableOfCast(this.#tokens, i) : undefined;
    if (cast !== undefined) this.#found.push(cast);
    if (text === '(') this.#open(i, level);
    else if (text === ')') this.#close(level);
    else if (text === ',') level.expects = level.inList;
    // PRAGMA table_info = t
    else if (text === '=' && this.#firstWord === 'pragma') level.expects = true;
    else if (level.expects && this.#firstWord !== 'pragma' && FILLERS.has(text)) return i + 1;
    else if (level.expects && this.#isName(i)) return this.#name(i, level);
    else if (this.#tokens[i]?.kind === 'word') this.#word(i, text, level);
    return i + 1;
  }

  #open(i: number, level: Level): void {
    const call = CALLS_WITH_FROM.has(this.#text(i - 1));
    const defines = this.#definedBefore(i);
    // In WITH RECURSIVE a name is in sight within its own definition.
    if (defines !== undefined && this.#recursive) this.#show(defines, level);
    // PRAGMA table_info(t)
    const expects = level.expects || (this.#firstWord === 'pragma' && i > this.#first);
    this.#levels.push(levelOf(!call, expects, defines));
    level.expects = false;
  }

  #close(level: Level): void {
    if (this.#levels.length === 1) return;
    this.#levels.pop();
    for (const name of level.defined) this.#visible.set(name, (this.#visible.get(name) ?? 1) - 1);
    if (level.defines !== undefined && !this.#recursive) this.#show(level.defines, this.#levels.at(-1) as Level);
  }

  #show(name: string, level: Level): void {
    level.defined.push(name);
    this.#visible.set(name, (this.#visible.get(name) ?? 0) + 1);
  }

  /** The name in front of `AS (`, as WITH has it: `WITH a AS (`, `, b (c, d) AS NOT MATERIALIZED (`. */
  #definedBefore(open: number): string | undefined {
    let i = open - 1;
    if (this.#text(i) === 'materialized') i -= this.#text(i - 1) === 'not' ? 2 : 1;
    if (this.#text(i) !== 'as') return undefined;
    i -= 1;
    if (this.#text(i) === ')') {
      const last = Math.max(0, i - 64);
      while (i > last && this.#text(i) !== '(') i -= 1;
      i -= 1;
    }
    const token = this.#tokens[i];
    if (token?.kind !== 'word' && token?.kind !== 'quoted') return undefined;
    const before = this.#text(i - 1);
    return before === 'with' || before === 'recursive' || before === ',' ? token.text.toLowerCase() : undefined;
  }

  #word(i: number, word: string, level: Level): void {
    level.expects = false;
    if (word === 'recursive') this.#recursive = true;
    if (word === 'select') level.query = true;
    if (this.#endsList(i, word)) level.inList = false;
    if (!this.#isBeforeTable(i, word, level)) return;
    level.expects = true;
    if (BEFORE_LIST.has(word)) level.inList = true;
  }

  #endsList(i: number, word: string): boolean {
    // FROM a USE INDEX FOR ORDER BY (i), b
    if (END_OF_LIST.has(word)) return this.#text(i - 1) !== 'for';
    return MAY_END_LIST.has(word) && this.#text(i + 1) !== ',' && this.#text(i + 1) !== '(';
  }

  #isBeforeTable(i: number, word: string, level: Level): boolean {
    const before = this.#text(i - 1);
    const next = this.#text(i + 1);
    switch (word) {
      case 'from':
        return level.query && !(before === 'distinct' && this.#text(i - 2) !== 'select');
      case 'in':
        // `x IN t` (SQLite), SHOW COLUMNS IN t (MySQL).
        return level.query && next !== '(' && this.#tokens[i + 1]?.kind !== 'variable';
      case 'update':
        return !NOT_UPDATES.has(before);
      case 'on':
        return MADE_ON.has(this.#firstWord) && next !== '(' && next !== 'update' && next !== 'delete';
      case 'using':
        return (this.#firstWord === 'merge' || this.#firstWord === 'delete') && next !== '(';
      case 'delete':
      case 'insert':
      case 'merge':
        return next !== 'from' && next !== 'into' && next !== 'or' && next !== '(' && !NOT_UPDATES.has(before);
      case 'explain':
      case 'describe':
      case 'desc':
        // DESCRIBE t; what is longer explains a statement, which says so itself.
        return i === this.#first && this.#tokens.length <= i + 4;
      default:
        return BEFORE_TABLE.has(word);
    }
  }

  #isName(i: number): boolean {
    const token = this.#tokens[i];
    if (token === undefined) return false;
    // SQLite takes a number, a sign and words such as ON for the name: PRAGMA table_info = 1
    if (this.#firstWord === 'pragma') return true;
    if (token.kind === 'word') return !RESERVED.has(token.text);
    return token.kind === 'quoted' || token.kind === 'string' || token.kind === 'variable';
  }

  #name(i: number, level: Level): number {
    level.expects = false;
    const token = this.#tokens[i] as SqlToken;
    const parts = [token.text.toLowerCase()];
    let end = i + 1;
    while (this.#text(end) === '.') {
      const part = this.#tokens[end + 1];
      const named = part?.kind === 'word' || part?.kind === 'quoted';
      // `db..t` leaves the schema to the database.
      parts.push(named ? part.text.toLowerCase() : '');
      end += named ? 2 : 1;
    }
    const before = this.#text(i - 1);
    // `x IN t()` reads the table t in SQLite.
    const isTable = before === 'in' && this.#text(end + 1) === ')';
    const rows = this.#text(end) === '(' && NO_COLUMNS_BEHIND.has(before) && !isTable;
    // A variable of SQL Server holds rows of its own.
    if (rows || (token.kind === 'variable' && token.text.startsWith('@'))) return end;
    const written = before === 'into' || before === 'update' || (before === 'from' && this.#text(i - 2) === 'delete');
    if (parts.length > 1 || written || !((this.#visible.get(parts[0] as string) ?? 0) > 0))
      this.#found.push({ parts, token });
    return end;
  }

  #text(i: number): string {
    const token = this.#tokens[i];
    return token === undefined || token.kind === 'string' || token.kind === 'quoted' ? '' : token.text;
  }
}

function levelOf(query: boolean, expects: boolean, defines: string | undefined): Level {
  return { query, inList: expects, expects, defines, defined: [] };
}
