/**
 * SQLite, as it comes with Node: one file, one writer, and readers that do not wait for it (WAL). A commit is on the disk when it returns
 * (`synchronous = FULL`, https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type Database,
  type Dialect,
  type Row,
  type Statements,
  type Table,
  type Transaction,
  Turns,
  type Value,
} from './database.ts';

const DIALECT: Dialect = {
  name: 'sqlite',
  serial: 'INTEGER PRIMARY KEY',
  byteText: 'TEXT',
  forUpdate: '',
  thenById: '',
  unindexed: '+',
};
/** Of pages that are kept in memory, for each of the two connections. */
const CACHE_KIB = 65_536;
/** Another process that has the file, a backup for instance, is waited for. */
const BUSY_MS = 5_000;

class Connection implements Statements {
  readonly database: DatabaseSync;
  /** A statement is compiled once: there are a few dozen. */
  readonly #prepared = new Map<string, StatementSync>();

  constructor(file: string) {
    this.database = new DatabaseSync(file, { timeout: BUSY_MS });
    this.database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB}`);
  }

  prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  async all(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    return this.prepare(sql).all(...values) as Row[];
  }

  async run(sql: string, values: readonly Value[] = []): Promise<number> {
    return Number(this.prepare(sql).run(...values).changes);
  }
}

class Writer extends Connection implements Transaction {
  async insert({ name, columns }: Table, rows: readonly (readonly Value[])[]): Promise<void> {
    const names = columns.map(([column]) => column).join(', ');
    const places = columns.map(() => '?').join(', ');
    const statement = this.prepare(`INSERT INTO ${name} (${names}) VALUES (${places})`);
    for (const row of rows) statement.run(...row);
  }
}

export class SqliteDatabase implements Database {
  readonly dialect = DIALECT;
  readonly #writer: Writer;
  readonly #reader: Connection;
  readonly #turns = new Turns();

  /** Opens or makes it. Throws the error of SQLite. */
  constructor(file: string) {
    this.#writer = new Writer(file);
    this.#reader = new Connection(file);
  }

  all(sql: string, values?: readonly Value[]): Promise<Row[]> {
    return this.#reader.all(sql, values);
  }

  run(sql: string, values?: readonly Value[]): Promise<number> {
    return this.#turns.take(() => this.#writer.run(sql, values));
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      const { database } = this.#writer;
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = await work(this.#writer);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk makes SQLite undo it by itself.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#turns.take(async () => {
      this.#reader.database.close();
      this.#writer.database.close();
    });
  }
}
