/** Lines that no gate writes, and that somebody with the certificate of one may send: others must not notice. In both databases. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSegment } from '../../core/audit/archiving/segment.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { Chain } from '../../core/audit/chain.ts';
import { continueRecord, openRecord } from '../../core/audit/gate-record.ts';
import { decisionRecord } from '../../core/audit/record.ts';
import { signedStream } from '../../core/audit/testing/signed-stream.ts';
import { lacksPostgres, Postgres } from '../../test/support/postgres.ts';
import { segmentOf, SERVER, sqliteForTest, type TestDatabase } from '../testing/stores.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { readPage } from './page.ts';
import { prune } from './prune.ts';
import { ArchiveStore } from './store.ts';

const TIME = Date.parse('2026-11-21T10:00:00Z');
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

/** The first line of a file that goes on from lines which the archive never got. */
function goesOnAt(seq: number, stream: string): string {
  const tree = seq
    .toString(2)
    .replaceAll('0', '')
    .split('')
    .map(() => Buffer.alloc(32, 1).toString('base64'));
  const line = new Chain({ stream, server: SERVER }).append(continueRecord(TIME, { reason: 'size', tree }));
  return canonicalJson({ ...(JSON.parse(line) as object), seq });
}

function readOf(resource: string, stream: string): string[] {
  const chain = new Chain({ stream, server: SERVER });
  const decision = { effect: 'Allow', mode: 'Enforce', reason: 'forwarded', revision: null, rules: [] } as const;
  const call = { method: 'resources/read', outcome: 'answered', principal: null, time: TIME, traceId: '' };
  return [
    chain.append(openRecord(TIME)),
    chain.append(decisionRecord({ decision, latency: { sallyportMs: 1 }, ...call, resource })),
  ];
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const it = kind === 'PostgreSQL' && lacksPostgres() !== undefined ? test.skip : test;
  let opened: TestDatabase | undefined;
  let store: ArchiveStore;
  beforeAll(async () => {
    if (kind === 'PostgreSQL' && lacksPostgres() !== undefined) return;
    opened = await KINDS[kind]?.();
    if (opened !== undefined) store = await ArchiveStore.open(opened.database);
  }, 60_000);
  afterAll(() => opened?.close());
  const send = (lines: readonly string[]) => store.append(SERVER, segmentOf(lines));

  it('takes a URI that is as long as one may be, and finds it', async () => {
    const units = Array.from({ length: 2040 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000)));
    const uri = `x:${units.join('')}`;
    expect(await send(readOf(uri, 'uri'))).toMatchObject({ added: 2 });
    for (const target of [uri, `${uri.slice(0, 1000)}*`, 'x:*']) {
      const found: string[] = [];
      for await (const line of store.search({ target })) found.push(line);
      expect(found).toHaveLength(1);
    }
    for await (const line of store.search({ target: `${uri.slice(0, 1000)}y*` })) expect(line).toBeUndefined();
  });

  it('finds a record of a clock that was never set', async () => {
    const chain = new Chain({ stream: 'early', server: SERVER });
    const line = chain.append(openRecord(-1));
    expect(await send([line])).toMatchObject({ added: 1 });
    const found: string[] = [];
    for await (const each of store.search({ all: true })) found.push(each);
    expect(found[0]).toBe(line);
  });

  it('refuses numbers beyond those that it can count, and can be read and pruned after it', async () => {
    const refusal = parseSegment(Buffer.from(`${goesOnAt(2 ** 53 - 1, 'far')}\n`), SERVER);
    expect(refusal).toMatchObject({ reason: 'bad-line' });
    expect(await send([goesOnAt(2 ** 48, 'far')])).toMatchObject({ seq: 2 ** 48 });
    expect((await store.streams()).find(({ name }) => name === 'far')).toMatchObject({ next: 2 ** 48 + 1 });
    expect(await prune(store.database, TIME + 1)).toBeGreaterThan(0);
  });

  it('refuses more gaps than a gate leaves', async () => {
    await send([goesOnAt(1, 'gaps')]);
    const gaps = Array.from({ length: 999 }, (_, at) => ({ from: at * 2, to: at * 2 + 1 }));
    await store.database.run('UPDATE streams SET gaps = ? WHERE name = ?', [JSON.stringify(gaps), 'gaps']);
    expect(await send([goesOnAt(9000, 'gaps')])).toMatchObject({ added: 1 });
    expect(await send([goesOnAt(9999, 'gaps')])).toMatchObject({ reason: 'gap' });
  });

  it('reads no more of long lines at a time than of short ones, and finds and prunes all', async () => {
    const chain = new Chain({ stream: 'long', server: SERVER });
    const lines = Array.from({ length: 12 }, () => chain.append(openRecord(TIME, undefined, 'x'.repeat(1_000_000))));
    for (const line of lines) await send([line]);
    const stream = await store.stream(SERVER, 'long');
    const question = { where: 'stream = ?', values: [stream?.id ?? 0], order: ['seq'], rows: 500 } as const;
    const { rows, hasMore } = await readPage(store.database, question);
    expect(rows.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(hasMore).toBe(true);
    const found: string[] = [];
    for await (const line of store.lines(stream?.id ?? 0, 0, 12)) found.push(line);
    expect(found).toEqual(lines);
    let searched = 0;
    for await (const line of store.search({ all: true, text: 'xxxxxxxxxx' }))
      searched += line.length > 1_000_000 ? 1 : 0;
    expect(searched).toBe(12);
    await prune(store.database, TIME + 1);
    expect(await store.stream(SERVER, 'long')).toMatchObject({ kept: 12, keptSince: undefined });
  }, 60_000);

  it('takes what gates send while readers have all that is for them', async () => {
    if (kind !== 'PostgreSQL') return;
    const slow = Array.from({ length: 16 }, () => store.database.all('SELECT pg_sleep(2)'));
    const start = performance.now();
    expect(await send(signedStream({ stream: 'meanwhile' }))).toMatchObject({ added: 9 });
    expect(performance.now() - start).toBeLessThan(1500);
    await Promise.all(slow);
  });

  it('fails for those alone whose lines it cannot keep', async () => {
    await store.database.run(
      kind === 'SQLite'
        ? `CREATE TRIGGER picky BEFORE INSERT ON streams WHEN new.name = 'odd' BEGIN SELECT RAISE(ABORT, 'odd'); END`
        : `ALTER TABLE streams ADD CONSTRAINT picky CHECK (name <> 'odd')`,
    );
    const outcomes = await Promise.allSettled(['good', 'odd', 'fine'].map((stream) => send(signedStream({ stream }))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.streams()).map(({ name }) => name)).toEqual(expect.arrayContaining(['good', 'fine']));
  });
});
