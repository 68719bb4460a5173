/** The tables, the same in both databases. */
import type { Database, Table } from './database.ts';

/** Of the tables; what is written by a later version is not touched. */
const SCHEMA_VERSION = 1;

/** A line is found by its keys and decided on by itself; see core/audit/archiving/search-keys.ts. */
export const RECORDS: Table = {
  name: 'records',
  columns: [
    ['stream', 'bigint'],
    ['seq', 'bigint'],
    ['time', 'bigint'],
    ['decision', 'bigint'],
    ['server', 'bigint'],
    ['principal', 'bigint'],
    ['target', 'text'],
    ['session', 'bigint'],
    ['trace', 'bigint'],
    ['effect', 'bigint'],
    ['line', 'text'],
  ],
};

/**
 * `due` and `head`: number of the next line, hash of the one before it. `tree` is over all lines before `due`, `kept_tree` over those
 * before `kept`, the first line that was not pruned, and `kept_prev` the hash that it names; so what is left can be verified.
 * `gaps`: JSON, a list of lines that were never got. `torn`: base64, what a gate that died has left of its last line.
 */
function statements({ dialect }: Database): string[] {
  const { serial, byteText, thenById } = dialect;
  const index = (column: string): string =>
    `CREATE INDEX IF NOT EXISTS records_${column} ON records (${column}, time${thenById})`;
  return [
    `CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS streams (
      id ${serial}, server TEXT NOT NULL, name TEXT NOT NULL, opened BIGINT NOT NULL, last BIGINT NOT NULL,
      first_prev TEXT NOT NULL, due BIGINT NOT NULL, head TEXT NOT NULL, tree TEXT NOT NULL, keys TEXT NOT NULL,
      closed BIGINT NOT NULL, torn TEXT, gaps TEXT NOT NULL,
      kept BIGINT NOT NULL, kept_prev TEXT NOT NULL, kept_tree TEXT NOT NULL, kept_since BIGINT,
      UNIQUE (server, name))`,
    `CREATE TABLE IF NOT EXISTS records (
      id ${serial}, stream BIGINT NOT NULL, seq BIGINT NOT NULL, time BIGINT NOT NULL, decision BIGINT NOT NULL,
      server BIGINT NOT NULL, principal BIGINT, target ${byteText} NOT NULL, session BIGINT, trace BIGINT, effect BIGINT,
      line TEXT NOT NULL, UNIQUE (stream, seq))`,
    `CREATE INDEX IF NOT EXISTS records_time ON records (time${thenById})`,
    ...['server', 'principal', 'target', 'session', 'trace', 'effect'].map(index),
    `CREATE INDEX IF NOT EXISTS streams_kept ON streams (kept_since)`,
    `CREATE TABLE IF NOT EXISTS objects (
      id ${serial}, object_key TEXT NOT NULL UNIQUE, stream BIGINT NOT NULL, server TEXT NOT NULL, first_seq BIGINT NOT NULL,
      behind_seq BIGINT NOT NULL, first_time BIGINT NOT NULL, last_time BIGINT NOT NULL, prev TEXT NOT NULL,
      tree TEXT NOT NULL, hash TEXT NOT NULL)`,
    `CREATE INDEX IF NOT EXISTS objects_stream ON objects (stream, first_seq)`,
    `CREATE INDEX IF NOT EXISTS objects_time ON objects (first_time)`,
    `CREATE TABLE IF NOT EXISTS holds (
      id ${serial}, server TEXT NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL, reason TEXT NOT NULL,
      made_by TEXT NOT NULL, made_at BIGINT NOT NULL)`,
  ];
}

/** Makes what is not there. Throws an Error for tables of a later version. */
export async function prepareTables(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    // Several archives may start at once, and `IF NOT EXISTS` of PostgreSQL does not hold between them.
    if (database.dialect.name === 'postgres') await transaction.run('SELECT pg_advisory_xact_lock(7309453627)');
    for (const statement of statements(database)) await transaction.run(statement);
    const [found] = await transaction.all('SELECT version FROM schema_version');
    if (found === undefined) await transaction.run('INSERT INTO schema_version (version) VALUES (?)', [SCHEMA_VERSION]);
    else if (Number(found['version']) > SCHEMA_VERSION)
      throw new Error(
        `the tables are of version ${found['version']}, and this archive knows ${SCHEMA_VERSION}: use a newer one`,
      );
  });
}
