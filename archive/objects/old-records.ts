/**
 * Records that have left the database for a bucket: some thousand lines of one stream in an object, packed with gzip. The database keeps
 * which lines are where, and a hash by which what comes back is known to be what was put.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Row, Statements, Value } from '../store/database.ts';
import { type Bucket, BucketError } from './bucket.ts';

export interface StoredObject {
  readonly key: string;
  readonly stream: number;
  readonly server: string;
  /** Numbers of its first line and of the one behind its last. */
  readonly first: number;
  readonly behind: number;
  /** Times of its earliest and latest line, milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** What its first line is linked to, and the tree over all before it. */
  readonly prev: string;
  readonly tree: readonly string[];
  /** SHA-256 of its lines, each with a newline, hex. */
  readonly hash: string;
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);
/** Several times what is ever put: a bucket that lies must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What an object is before it is there. */
export type NewObject = Omit<StoredObject, 'key' | 'hash'> & {
  readonly name: string;
  readonly lines: readonly string[];
};

/** Puts the lines into the bucket. Putting the same again does no harm. */
export async function putObject(bucket: Bucket, { lines, name, ...object }: NewObject): Promise<StoredObject> {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  // The name of a stream has slashes and colons; what it is for, people may want to see.
  const folder = `${object.server}/${encodeURIComponent(name)}`;
  const key = `${folder}/${number(object.first)}-${number(object.behind - 1)}.jsonl.gz`;
  await bucket.put(key, await pack(bytes));
  return { ...object, key, hash: hashOf(bytes) };
}

/** Its lines. Rejects where it is gone, or not what was put. */
export async function readObject(bucket: Bucket, { key, hash }: StoredObject): Promise<string[]> {
  const bytes = await unpack(await bucket.get(key), { maxOutputLength: MAX_BYTES });
  if (hashOf(bytes) !== hash) throw new BucketError(`${key} is not what was put there`);
  return bytes.toString('utf8').split('\n').slice(0, -1);
}

/** So that names are in the order of what they name. */
function number(at: number): string {
  return String(at).padStart(12, '0');
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const COLUMNS = ['key', 'stream', 'server', 'first', 'behind', 'since', 'until', 'prev', 'tree', 'hash'] as const;

export async function insertObject(transaction: Statements, object: StoredObject): Promise<void> {
  const values: Value[] = COLUMNS.map((column) => (column === 'tree' ? JSON.stringify(object.tree) : object[column]));
  const names = COLUMNS.map(columnOf).join(', ');
  await transaction.run(`INSERT INTO objects (${names}) VALUES (${COLUMNS.map(() => '?').join(', ')})`, values);
}

export async function objectsOfStream(statements: Statements, stream: number): Promise<StoredObject[]> {
  return (await statements.all('SELECT * FROM objects WHERE stream = ? ORDER BY first_seq', [stream])).map(readRow);
}

/** Those that may have lines of this time, of one server or all, oldest first. */
export async function objectsOfTime(
  statements: Statements,
  since: number,
  until: number,
  server: string | undefined,
): Promise<StoredObject[]> {
  const ofServer = server === undefined ? '' : ' AND server = ?';
  const values = server === undefined ? [since, until] : [since, until, server];
  const sql = `SELECT * FROM objects WHERE last_time >= ? AND first_time < ?${ofServer} ORDER BY first_time, id`;
  return (await statements.all(sql, values)).map(readRow);
}

/** `key`, `first` and `until` are words of SQL. */
function columnOf(name: (typeof COLUMNS)[number]): string {
  const others: Partial<Record<typeof name, string>> = {
    key: 'object_key',
    first: 'first_seq',
    behind: 'behind_seq',
    since: 'first_time',
    until: 'last_time',
  };
  return others[name] ?? name;
}

function readRow(row: Row): StoredObject {
  return {
    key: String(row['object_key']),
    stream: Number(row['stream']),
    server: String(row['server']),
    first: Number(row['first_seq']),
    behind: Number(row['behind_seq']),
    since: Number(row['first_time']),
    until: Number(row['last_time']),
    prev: String(row['prev']),
    tree: JSON.parse(String(row['tree'])) as string[],
    hash: String(row['hash']),
  };
}
