/** PostgreSQL: several archives may share one. A commit is on its disk when it returns (`synchronous_commit` is on unless somebody turns it off). */
import { type CustomTypesConfig, Pool, types as standardTypes } from 'pg';
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
  name: 'postgres',
  serial: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  byteText: 'TEXT COLLATE "C"',
  forUpdate: ' FOR UPDATE',
  thenById: ', id',
  unindexed: '',
};
/** For readers. What writes has one of its own: however much is read, what gates send is kept. */
const CONNECTIONS = 7;
const CONNECT_MS = 5_000;
/** A page of a search takes milliseconds; what takes longer than this is stuck. */
const STATEMENT_MS = 30_000;
const INT8: number = standardTypes.builtins.INT8;

/** All numbers here are below 2^53. */
const types: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 ? Number : standardTypes.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};

/** `?` is how values are written here, and `$1`, `$2` what PostgreSQL reads. No statement of ours has a `?` in a text. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${(count += 1)}`);
}

class Connection implements Statements {
  readonly #client: Pick<Pool, 'query'>;

  constructor(client: Pick<Pool, 'query'>) {
    this.#client = client;
  }

  async all(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    const { rows } = await this.#client.query(numbered(sql), [...values]);
    return rows as Row[];
  }

  async run(sql: string, values: readonly Value[] = []): Promise<number> {
    const { rowCount } = await this.#client.query(numbered(sql), [...values]);
    return rowCount ?? 0;
  }
}

class Writer extends Connection implements Transaction {
  /** One statement for all rows, a list for each column: the way there and back counts, not the row. */
  async insert({ name, columns }: Table, rows: readonly (readonly Value[])[]): Promise<void> {
    const names = columns.map(([column]) => column).join(', ');
    const lists = columns.map(([, type], at) => `$${at + 1}::${type}[]`).join(', ');
    const values = columns.map((_, at) => rows.map((row) => row[at] ?? null));
    await this.run(`INSERT INTO ${name} (${names}) SELECT * FROM unnest(${lists})`, values as never);
  }
}

export class PostgresDatabase implements Database {
  readonly dialect = DIALECT;
  readonly #readers: Pool;
  readonly #writer: Pool;
  readonly #connection: Connection;
  readonly #turns = new Turns();

  /** `url`: as of libpq, `postgres://user:password@host:5432/database`. Connects when it is first asked. */
  constructor(url: string) {
    const options = {
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS,
      application_name: 'sallyport-archive',
      types,
    };
    this.#readers = new Pool({ ...options, max: CONNECTIONS });
    this.#writer = new Pool({ ...options, max: 1 });
    // An idle connection that breaks, when the server is restarted, is replaced with the next statement.
    for (const pool of [this.#readers, this.#writer]) pool.on('error', () => {});
    this.#connection = new Connection(this.#readers);
  }

  all(sql: string, values?: readonly Value[]): Promise<Row[]> {
    return this.#connection.all(sql, values);
  }

  run(sql: string, values?: readonly Value[]): Promise<number> {
    return this.#connection.run(sql, values);
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      const client = await this.#writer.connect();
      let broken: Error | undefined;
      // Between two statements a broken connection says so to nobody else.
      const onError = (error: Error): void => void (broken = error);
      client.on('error', onError);
      try {
        await client.query('BEGIN');
        const result = await work(new Writer(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        try {
          await client.query('ROLLBACK');
        } catch (failed) {
          broken ??= failed instanceof Error ? failed : new Error(String(failed));
        }
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.end(), this.#writer.end()]);
  }
}
