/**
 * A search in steps that each look at some thousand records: SQLite works on the loop that gates and probes wait for as well, and a
 * database left to itself may look at all records for one page, or sort them.
 */
import type { Narrowing } from '../../core/audit/archiving/search-keys.ts';
import type { Database, Value } from './database.ts';
import { type Page, readPage } from './page.ts';

/** Entries of an index that one step goes over. */
const SCAN = 5000;
/** Rows that are read at a time; between two pages others get their turn. */
const PAGE = 500;
/** What has an index, the rarest first. */
const INDEXED = ['trace', 'session', 'target', 'principal', 'effect', 'server'] as const;

/** Behind which record a search goes on. */
export interface SearchPlace {
  readonly time: number;
  readonly id: number;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

interface Plan {
  /** The column whose index is used; undefined: that of the time. */
  readonly by: string | undefined;
  /** No more of them than one step takes, in the order of the index. */
  readonly isFew: boolean;
}

export class SearchSteps {
  readonly #database: Database;
  readonly #narrowings: readonly Narrowing[];
  #plan: Plan | undefined;

  constructor(database: Database, narrowings: readonly Narrowing[]) {
    this.#database = database;
    this.#narrowings = narrowings;
  }

  /** The next records that may be asked for, fewer than there are or none; and where to go on, undefined at the end. */
  async next(after: SearchPlace): Promise<{ readonly rows: Page['rows']; readonly on: SearchPlace | undefined }> {
    this.#plan ??= await this.#choose();
    const { by, isFew } = this.#plan;
    const edge = isFew ? undefined : await this.#edge(after, by);
    const { unindexed } = this.#database.dialect;
    const time = isFew ? `${unindexed}time` : 'time';
    const conditions: Condition[] = [
      { sql: `(${time}, id) > (?, ?)`, values: [after.time, after.id] },
      ...(edge === undefined ? [] : [{ sql: '(time, id) <= (?, ?)', values: [edge.time, edge.id] }]),
      ...this.#narrowings.map((narrowing) =>
        conditionOf(narrowing, narrowing.column === by || (narrowing.column === 'time' && !isFew) ? '' : unindexed),
      ),
    ];
    const { rows, hasMore } = await readPage(this.#database, {
      where: conditions.map(({ sql }) => sql).join(' AND '),
      values: conditions.flatMap(({ values }) => values),
      order: ['time', 'id'],
      ...(isFew ? { sorted: `${time}, id` } : {}),
      rows: PAGE,
    });
    const last = rows.at(-1);
    return { rows, on: hasMore && last !== undefined ? placeOf(last) : edge };
  }

  /** By whatever narrows it down to what one step can take; else by the first that keeps the order of time. */
  async #choose(): Promise<Plan> {
    const ofTime = this.#narrowings.filter(({ column }) => column === 'time');
    let steady: string | undefined;
    for (const column of INDEXED) {
      const own = this.#narrowings.filter((narrowing) => narrowing.column === column);
      const isSteady = own[0]?.operator === '=';
      if (own.length === 0) continue;
      // Of a range of names the index says nothing about times: all of it would be gone through.
      const conditions = [...own, ...(isSteady ? ofTime : [])].map((narrowing) => conditionOf(narrowing, ''));
      const where = conditions.map(({ sql }) => sql).join(' AND ');
      const [row] = await this.#database.all(
        `SELECT count(*) AS some FROM (SELECT 1 AS one FROM records WHERE ${where} LIMIT ${SCAN}) AS found`,
        conditions.flatMap(({ values }) => values),
      );
      if (Number(row?.['some']) < SCAN) return { by: column, isFew: true };
      if (isSteady) steady ??= column;
    }
    return { by: steady, isFew: false };
  }

  /** The last record that the next step looks at; undefined: all that are left. */
  async #edge({ time, id }: SearchPlace, by: string | undefined): Promise<SearchPlace | undefined> {
    const own = this.#narrowings.filter(({ column }) => column === by || column === 'time');
    const conditions = own.map((narrowing) => conditionOf(narrowing, ''));
    const where = ['(time, id) > (?, ?)', ...conditions.map(({ sql }) => sql)].join(' AND ');
    const [row] = await this.#database.all(
      `SELECT time, id FROM records WHERE ${where} ORDER BY time, id LIMIT 1 OFFSET ${SCAN - 1}`,
      [time, id, ...conditions.flatMap(({ values }) => values)],
    );
    return row === undefined ? undefined : placeOf(row);
  }
}

function placeOf(row: Page['rows'][number]): SearchPlace {
  return { time: Number(row['time']), id: Number(row['id']) };
}

function conditionOf({ column, operator, values }: Narrowing, prefix: string): Condition {
  const right = operator === 'IN' ? `(${values.map(() => '?').join(', ')})` : '?';
  return { sql: `${prefix}${column} ${operator} ${right}`, values };
}
