/** More records than one step looks at; that few are found, store.test.ts says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchKeys } from '../../core/audit/archiving/search-keys.ts';
import type { AuditQuery } from '../../core/audit/reading/query.ts';
import { isAsked } from '../../core/audit/reading/query.ts';
import { readRecord } from '../../core/audit/reading/read-record.ts';
import { lacksPostgres, Postgres } from '../../test/support/postgres.ts';
import { sqliteForTest, type TestDatabase } from '../testing/stores.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { RECORDS } from './schema.ts';
import { ArchiveStore } from './store.ts';

const TIME = Date.parse('2026-11-21T10:00:00Z');
const COUNT = 11_000;
const KINDS: Record<string, () => Promise<TestDatabase>> = {
  SQLite: async () => sqliteForTest(),
  PostgreSQL: async () => {
    const postgres = await Postgres.start();
    const database = new PostgresDatabase(await postgres.database());
    return {
      database,
      async close() {
        await database.close();
        await postgres.close();
      },
    };
  },
};

/** Many of one time, half of them with one name, a few with another. */
const lines = Array.from({ length: COUNT }, (_, at) =>
  JSON.stringify({
    ...{
      decision: { effect: at % 3 === 0 ? 'Deny' : 'Allow' },
      event: 'decision',
      outcome: at === 7000 ? 'odd' : 'answered',
    },
    principal: { name: at % 2 === 0 ? 'ada' : 'bob' },
    ...{ seq: at, server: 'default/files', session: at % 1000 === 0 ? 'rare' : 'usual', stream: 's' },
    ...{ time: new Date(TIME + Math.floor(at / 3000) * 1000).toISOString(), tool: at % 5000 === 1 ? 'write' : 'read' },
  }),
);

const QUESTIONS: readonly AuditQuery[] = [
  {},
  { all: true },
  { principal: 'ada' },
  { principal: 'ada', target: 'read', effects: ['Deny'] },
  { principal: 'bob', target: 'write' },
  { session: 'rare', principal: 'ada' },
  { target: 're*' },
  { target: 'wr*' },
  { target: '*', effects: ['Deny', 'Allow'], server: 'default/files' },
  { outcome: 'odd' },
  { server: 'default/files', since: TIME + 1000, until: TIME + 3000 },
  { effects: ['Deny'], since: TIME + 2000 },
  { principal: 'nobody' },
];

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const it = kind === 'PostgreSQL' && lacksPostgres() !== undefined ? test.skip : test;
  let opened: TestDatabase | undefined;
  let store: ArchiveStore;
  let longest = 0;
  beforeAll(async () => {
    if (kind === 'PostgreSQL' && lacksPostgres() !== undefined) return;
    opened = await KINDS[kind]?.();
    if (opened === undefined) return;
    store = await ArchiveStore.open(opened.database);
    const rows = lines.map((line, at) => {
      const record = readRecord(line);
      if (record === undefined) throw new Error('is no record');
      const { time, decision, server, principal, target, session, trace, effect } = searchKeys(record);
      return [1, at, time, decision, server, principal, target, session, trace, effect, line];
    });
    await opened.database.transaction((transaction) => transaction.insert(RECORDS, rows));
  }, 60_000);
  afterAll(() => opened?.close());

  for (const query of QUESTIONS)
    it(`finds over many steps what a file has: ${JSON.stringify(query)}`, async () => {
      const wanted = lines.filter((line) => {
        const record = readRecord(line);
        return record !== undefined && isAsked(query, record, line);
      });
      const found: string[] = [];
      for await (const line of store.search(query)) found.push(line);
      expect(found.length).toBe(wanted.length);
      expect(found).toEqual(wanted);
      longest = Math.max(longest, found.length);
    });

  it('looks at no more than a step takes at once, and ends where nobody listens', async () => {
    expect(longest).toBe(COUNT);
    const gone = new AbortController();
    gone.abort();
    for await (const line of store.search({ outcome: 'nothing' }, gone.signal)) expect(line).toBeUndefined();
  });
});
