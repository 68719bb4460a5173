/** The records of all gates: appended in groups that share one commit, read in pages. The same statements for both databases. */
import type { SegmentRefusal } from '../../core/audit/archiving/answer.ts';
import { narrow } from '../../core/audit/archiving/search-keys.ts';
import type { Segment } from '../../core/audit/archiving/segment.ts';
import { type AuditQuery, isAsked } from '../../core/audit/reading/query.ts';
import { readRecord } from '../../core/audit/reading/read-record.ts';
import type { Bucket } from '../objects/bucket.ts';
import { objectsOfStream, objectsOfTime, readObject, type StoredObject } from '../objects/old-records.ts';
import { type Appended, appendSegment } from './append.ts';
import { type Database, isPassing } from './database.ts';
import { readPage } from './page.ts';
import { prepareTables } from './schema.ts';
import { type SearchPlace, SearchSteps } from './search-steps.ts';
import { findStream, readStreamRow, type StreamRow } from './stream-row.ts';

/** Segments that share a commit: one is on the disk no later than so many are written. */
const GROUP = 32;
/** Rows that are read at a time; between two pages others get their turn. */
const PAGE = 500;

/** The first moment that a date of JavaScript can name: a clock that was never set is before 1970 in some places. */
const FIRST_TIME = -8_640_000_000_000_000;

interface Waiting {
  readonly server: string;
  readonly segment: Segment;
  readonly resolve: (outcome: Appended | SegmentRefusal) => void;
  readonly reject: (error: unknown) => void;
}

export interface Occupancy {
  readonly streams: number;
  /** Of the oldest record that is here, milliseconds since the epoch; undefined where there is none. */
  readonly oldest: number | undefined;
}

export class ArchiveStore {
  readonly database: Database;
  /** Where records are that are not in the database any more; undefined: they are deleted. */
  readonly bucket: Bucket | undefined;
  #waiting: Waiting[] = [];
  #appending = false;

  private constructor(database: Database, bucket: Bucket | undefined) {
    this.database = database;
    this.bucket = bucket;
  }

  /** Makes the tables where they are not there. Rejects with the error of the database. */
  static async open(database: Database, bucket?: Bucket): Promise<ArchiveStore> {
    await prepareTables(database);
    return new ArchiveStore(database, bucket);
  }

  /** Resolves once it is on the disk, or with why it was not taken; rejects where the database failed, and nothing is kept of it then. */
  append(server: string, segment: Segment): Promise<Appended | SegmentRefusal> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ server, segment, resolve, reject });
      if (!this.#appending) void this.#appendAll();
    });
  }

  async #appendAll(): Promise<void> {
    this.#appending = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP);
      try {
        const outcomes = await this.#appendGroup(group);
        for (const [at, { resolve }] of group.entries()) {
          const outcome = outcomes[at];
          if (outcome !== undefined) resolve(outcome);
        }
      } catch (error) {
        if (group.length === 1 || isPassing(error)) for (const { reject } of group) reject(error);
        else for (const one of group) await this.#appendAlone(one);
      }
    }
    this.#appending = false;
  }

  /** What the database cannot keep of one gate must not keep it from taking those of others. */
  async #appendAlone(one: Waiting): Promise<void> {
    try {
      const [outcome] = await this.#appendGroup([one]);
      if (outcome !== undefined) one.resolve(outcome);
    } catch (error) {
      one.reject(error);
    }
  }

  #appendGroup(group: readonly Waiting[]): Promise<(Appended | SegmentRefusal)[]> {
    return this.database.transaction(async (transaction) => {
      const outcomes: (Appended | SegmentRefusal)[] = [];
      for (const { server, segment } of group) {
        // SQLite works while others wait: probes and readers get their turn.
        await new Promise((resolve) => setImmediate(resolve));
        // What is refused of one must not undo the others.
        await transaction.run('SAVEPOINT segment');
        const outcome = await appendSegment(transaction, this.database.dialect, server, segment);
        if ('reason' in outcome) await transaction.run('ROLLBACK TO SAVEPOINT segment');
        await transaction.run('RELEASE SAVEPOINT segment');
        outcomes.push(outcome);
      }
      return outcomes;
    });
  }

  /** Lines of all records that are asked for, oldest first; those in the bucket, object by object, before all others. */
  async *search(query: AuditQuery, signal?: AbortSignal): AsyncGenerator<string> {
    if (this.bucket !== undefined) yield* this.#searchObjects(this.bucket, query, signal);
    yield* this.#searchRecords(query, signal);
  }

  async *#searchObjects(bucket: Bucket, query: AuditQuery, signal?: AbortSignal): AsyncGenerator<string> {
    const { since = FIRST_TIME, until = Number.MAX_SAFE_INTEGER, server } = query;
    for (const object of await objectsOfTime(this.database, since, until, server)) {
      if (signal?.aborted === true) return;
      for (const line of await readObject(bucket, object)) if (isFound(query, line)) yield line;
    }
  }

  async *#searchRecords(query: AuditQuery, signal?: AbortSignal): AsyncGenerator<string> {
    const steps = new SearchSteps(this.database, narrow(query));
    let after: SearchPlace | undefined = { time: query.since ?? FIRST_TIME, id: 0 };
    const isGone = (): boolean => signal?.aborted === true;
    while (after !== undefined && !isGone()) {
      const { rows, on }: Awaited<ReturnType<SearchSteps['next']>> = await steps.next(after);
      for (const { line } of rows) {
        if (isGone()) return;
        const text = String(line);
        if (isFound(query, text)) yield text;
      }
      after = on;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** `kept` and what belongs to it are of the first line that can be read, be it in the bucket. */
  async streams(server?: string): Promise<StreamRow[]> {
    const rows =
      server === undefined
        ? await this.database.all('SELECT * FROM streams ORDER BY opened, id')
        : await this.database.all('SELECT * FROM streams WHERE server = ? ORDER BY opened, id', [server]);
    const streams: StreamRow[] = [];
    for (const row of rows.map(readStreamRow)) {
      const [first] = row.kept > 0 ? await this.#objects(row.id) : [];
      if (first === undefined) streams.push(row);
      else streams.push({ ...row, kept: first.first, keptPrev: first.prev, keptTree: first.tree });
    }
    return streams;
  }

  async #objects(stream: number): Promise<StoredObject[]> {
    return this.bucket === undefined ? [] : objectsOfStream(this.database, stream);
  }

  stream(server: string, name: string): Promise<StreamRow | undefined> {
    return findStream(this.database, server, name);
  }

  /** Lines of a stream from number `from` up to, and without, number `to`, as far as they are here. */
  async *lines(stream: number, from: number, to: number): AsyncGenerator<string> {
    let at = from;
    for (const object of await this.#objects(stream)) {
      if (object.behind <= at || object.first >= to || this.bucket === undefined) continue;
      const lines = await readObject(this.bucket, object);
      yield* lines.slice(Math.max(0, at - object.first), to - object.first);
      at = object.behind;
    }
    while (at < to) {
      const { rows } = await readPage(this.database, {
        ...{ where: 'stream = ? AND seq >= ? AND seq < ?', values: [stream, at, to], order: ['seq'], rows: PAGE },
      });
      for (const { line } of rows) yield String(line);
      const last = rows.at(-1);
      if (last === undefined) return;
      at = Number(last['seq']) + 1;
    }
  }

  async occupancy(): Promise<Occupancy> {
    const [row] = await this.database.all('SELECT count(*) AS streams, min(kept_since) AS oldest FROM streams');
    const oldest = row?.['oldest'];
    return { streams: Number(row?.['streams'] ?? 0), oldest: typeof oldest === 'number' ? oldest : undefined };
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

function isFound(query: AuditQuery, line: string): boolean {
  const record = mayHave(query, line) ? readRecord(line) : undefined;
  return record !== undefined && isAsked(query, record, line);
}

/** Names of rules and findings stand in the line as they are: what has not got them need not be read. */
function mayHave({ rule, finding }: AuditQuery, line: string): boolean {
  return [rule, finding].every((name) => name === undefined || !/^[\w#./-]*$/.test(name) || line.includes(name));
}
