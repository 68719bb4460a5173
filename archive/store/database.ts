/** What the archive needs of a database: both kinds take the same statements, with `?` for each value. */

export type Value = number | string | null;
export type Row = Readonly<Record<string, Value>>;

export interface Statements {
  all(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** How many rows were changed. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
}

export type ColumnType = 'bigint' | 'text';

/** Where rows go, column by column. */
export interface Table {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: ColumnType])[];
}

export interface Transaction extends Statements {
  insert(table: Table, rows: readonly (readonly Value[])[]): Promise<void>;
}

/** Outside of a transaction only what is committed is seen. Whatever fails rejects with the error of the database. */
export interface Database extends Statements {
  readonly dialect: Dialect;
  /** Committed and on the disk when it resolves; undone when `work` rejects. Only one runs at a time. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The few places where the two differ. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** Of a column that numbers rows by itself. */
  readonly serial: string;
  /** Of a text that is compared byte by byte. */
  readonly byteText: string;
  /** What a row that is read to be changed is locked by. */
  readonly forUpdate: string;
  /** Ends the list of an index whose rows are read in the order of their numbers. SQLite has the number in every index. */
  readonly thenById: string;
  /** Before a column whose index is not to be used. PostgreSQL counts what it has, and chooses well. */
  readonly unindexed: string;
}

/** Runs what it is given one after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => {});
    return mine;
  }
}

/** Connections that are refused or break, and a server that starts, stops or is full (PostgreSQL, appendix A: classes 08, 53 and 57). */
export function isPassing(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === ''
    ? !(error instanceof Error && /version/.test(error.message))
    : /^E[A-Z]+$|^(?:08|53|57)/.test(code);
}
