/** The same for both databases: what is taken, what is refused, what is found, what is left after pruning. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeTree } from '../../core/audit/archiving/extend.ts';
import { Chain, lineHash } from '../../core/audit/chain.ts';
import { openRecord } from '../../core/audit/gate-record.ts';
import type { AuditQuery } from '../../core/audit/reading/query.ts';
import { decisionRecord, type DecisionInput } from '../../core/audit/record.ts';
import { signedStream } from '../../core/audit/testing/signed-stream.ts';
import { FOUND, REDACTED, REFUSED } from '../../core/audit/testing/records.ts';
import { lacksPostgres, Postgres } from '../../test/support/postgres.ts';
import { lacksS3, S3 } from '../../test/support/s3.ts';
import { Bucket } from '../objects/bucket.ts';
import { segmentOf, SERVER, sqliteForTest, type TestDatabase } from '../testing/stores.ts';
import { addHold, liftHold, listHolds } from './holds.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { prune } from './prune.ts';
import { ArchiveStore } from './store.ts';

const why = lacksPostgres();
const CLOCK = { now: () => Date.now(), monotonic: () => performance.now() };
let postgres: Postgres | undefined;
let s3: S3 | undefined;
let url = '';
beforeAll(async () => {
  if (lacksS3() === undefined) s3 = await S3.start();
  if (why !== undefined) return;
  postgres = await Postgres.start();
  url = await postgres.database();
}, 300_000);
afterAll(async () => {
  await s3?.close();
  await postgres?.close();
});

const KINDS: Record<string, () => Promise<TestDatabase>> = {
  SQLite: async () => sqliteForTest(),
  PostgreSQL: async () => {
    const database = new PostgresDatabase(url);
    return {
      database,
      async close() {
        await database.run('DROP TABLE IF EXISTS schema_version, streams, records, objects, holds');
        await database.close();
      },
    };
  },
};

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  // One line says what is missing (lacksPostgres); with CI=true it is an error.
  const it = kind === 'PostgreSQL' && why !== undefined ? test.skip : test;
  let opened: TestDatabase | undefined;
  let store: ArchiveStore;
  beforeEach(async () => {
    if (kind === 'PostgreSQL' && why !== undefined) return;
    opened = await KINDS[kind]?.();
    if (opened !== undefined) store = await ArchiveStore.open(opened.database);
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });

  const append = (lines: readonly string[]) => store.append(SERVER, segmentOf(lines));
  const held = async (name = 's1'): Promise<string[]> => {
    const stream = await store.stream(SERVER, name);
    return stream === undefined ? [] : collect(store.lines(stream.id, 0, stream.next));
  };
  const search = (query: AuditQuery): Promise<string[]> => collect(store.search(query));

  describe('what is taken', () => {
    it('is there as it came, in one piece or many', async () => {
      const lines = signedStream();
      expect(await append(lines.slice(0, 3))).toEqual({
        ...{ stream: 's1', seq: 2, hash: lineHash(lines[2] ?? ''), added: 3 },
        bytes: lines.slice(0, 3).join('').length,
      });
      await append(lines.slice(3));
      expect(await held()).toEqual(lines);
      expect(await store.stream(SERVER, 's1')).toMatchObject({ closed: true, next: lines.length });
    });

    it('may come again, in part or as a whole', async () => {
      const lines = signedStream();
      await append(lines.slice(0, 4));
      expect(await append(lines.slice(2))).toMatchObject({ added: lines.length - 4 });
      expect(await append(lines)).toMatchObject({ added: 0, seq: lines.length - 1 });
      expect(await held()).toEqual(lines);
    });

    it('may be of many gates at once, and one that is refused does not undo the others', async () => {
      const streams = Array.from({ length: 40 }, (_, at) => signedStream({ stream: `s${at}` }));
      const outcomes = await Promise.all(streams.map((lines, at) => append(at % 2 === 0 ? lines : lines.slice(1))));
      expect(outcomes.map((outcome) => 'reason' in outcome)).toEqual(streams.map((_, at) => at % 2 === 1));
      expect(await store.streams(SERVER)).toHaveLength(20);
      expect(await held('s38')).toEqual(streams[38]);
    });

    it('has what a gate that died has left of its last line', async () => {
      const before = signedStream({ closes: false });
      const torn = '{"approval":{"na';
      const after = signedStream({ stream: 's2', after: [torn] });
      await append([...before, torn, ...after]);
      expect(await store.stream(SERVER, 's1')).toMatchObject({ torn: Buffer.from(torn).toString('base64') });
      expect(await held('s2')).toEqual(after);
    });

    it('goes on behind lines that were let go before they could be sent, and says which', async () => {
      const lines = signedStream({ fileAfter: 3 });
      const next = lines.findIndex((line) => line.includes('"event":"continue"'));
      expect(await append(lines.slice(0, 2))).toMatchObject({ added: 2 });
      expect(await append(lines.slice(next))).toMatchObject({ added: lines.length - next });
      expect(await store.stream(SERVER, 's1')).toMatchObject({ gaps: [{ from: 2, to: next }] });
      expect(await append(lines.slice(1, 4))).toMatchObject({ reason: 'gap' });
    });

    it('may begin behind such lines', async () => {
      const lines = signedStream({ fileAfter: 3 });
      const next = lines.findIndex((line) => line.includes('"event":"continue"'));
      await append(lines.slice(next));
      const { kept, keptTree, gaps } = (await store.stream(SERVER, 's1')) ?? {};
      expect({ kept, gaps }).toEqual({ kept: next, gaps: [{ from: 0, to: next }] });
      expect(decodeTree(next, keptTree ?? [])).toBeDefined();
    });
  });

  describe('what is refused', () => {
    it('is another history of what is here, and nothing of it is kept', async () => {
      await append(signedStream({ signAfter: [] }).slice(0, 4));
      const other = signedStream({ signAfter: [], tool: 'other' });
      expect(await append(other.slice(0, 5))).toMatchObject({ reason: 'fork' });
      expect(await append(other.slice(4))).toMatchObject({ reason: 'fork' });
      expect(await append(other.slice(2, 4))).toMatchObject({ reason: 'fork' });
      expect(await held()).toEqual(signedStream({ signAfter: [] }).slice(0, 4));
    });

    it('is what leaves lines out', async () => {
      const lines = signedStream();
      await append(lines.slice(0, 2));
      expect(await append(lines.slice(3))).toMatchObject({ reason: 'gap' });
      expect(await append(signedStream({ stream: 's2' }).slice(1))).toMatchObject({ reason: 'gap' });
    });
  });

  describe('a search', () => {
    const START = Date.parse('2026-11-21T10:00:00Z');
    const inputs: [Partial<DecisionInput>, Partial<DecisionInput['decision']>][] = [
      [{ tool: 'read_file', session: 'a', traceId: 't1' }, {}],
      [{ tool: 'read_text', session: 'a', traceId: 't2', principal: { name: 'ada', kind: 'token', groups: [] } }, {}],
      [{ tool: 'write_file', session: 'b', traceId: 't3', outcome: 'refused' }, REFUSED],
      [{ tool: 'read_file', session: 'b', traceId: 't4' }, REDACTED],
      [{ tool: 'ünï\0code', session: undefined, traceId: 't5', principal: null }, {}],
    ];
    let lines: string[];
    beforeEach(async () => {
      const chain = new Chain({ stream: 's1', server: SERVER });
      lines = [
        chain.append(openRecord(START)),
        ...inputs.map(([over, decision], at) =>
          chain.append(
            decisionRecord({
              decision: {
                effect: 'Allow',
                mode: 'Enforce',
                reason: 'forwarded',
                revision: null,
                rules: [],
                ...decision,
              },
              latency: { sallyportMs: 1 },
              method: 'tools/call',
              outcome: 'answered',
              principal: { name: 'me', kind: 'token', groups: ['agents'] },
              time: START + (at + 1) * 1000,
              traceId: '',
              ...over,
            }),
          ),
        ),
      ];
      if (opened !== undefined) await append(lines);
    });

    const cases: Record<string, [AuditQuery, number[]]> = {
      'nothing in particular: decisions': [{}, [1, 2, 3, 4, 5]],
      all: [{ all: true }, [0, 1, 2, 3, 4, 5]],
      principal: [{ principal: 'ada' }, [2]],
      target: [{ target: 'read_file' }, [1, 4]],
      'targets that begin so': [{ target: 'read_*' }, [1, 2, 4]],
      'a target that is no ASCII': [{ target: 'ünï\0code' }, [5]],
      effects: [{ effects: ['Deny', 'Redact'] }, [3, 4]],
      outcome: [{ outcome: 'refused' }, [3]],
      'a rule behind its #': [{ rule: 'roots' }, [3]],
      'a whole rule': [{ rule: FOUND.rule }, [3]],
      finding: [{ finding: 'aws-access-key' }, [4]],
      session: [{ session: 'a' }, [1, 2]],
      trace: [{ trace: 't3' }, [3]],
      server: [{ server: SERVER }, [1, 2, 3, 4, 5]],
      'another server': [{ server: 'default/other' }, []],
      time: [{ since: START + 2000, until: START + 4000 }, [2, 3]],
      'a text in any case': [{ text: 'WRITE_file' }, [3]],
      'several at once': [{ session: 'b', target: 'read_file', effects: ['Redact'] }, [4]],
    };
    it.for(Object.entries(cases))('for %s', async ([, [query, found]]) => {
      expect(await search(query)).toEqual(found.map((at) => lines[at]));
    });

    it('of more than a page has all of it, in the order of time', async () => {
      const many = signedStream({ stream: 's2', decisions: 1300, signAfter: [] });
      for (let at = 0; at < many.length; at += 400) await append(many.slice(at, at + 400));
      const found = await search({ target: 'read' });
      expect(found).toEqual(many.filter((line) => line.includes('"decision"')));
    });
  });

  describe('pruning', () => {
    // One line a second from 10:00:00.
    const at = (second: number): number => Date.parse('2026-11-21T10:00:00Z') + second * 1000;

    it('takes what is older, and leaves what it takes to verify the rest', async () => {
      const lines = signedStream({ decisions: 20, signAfter: [10, 20] });
      await append(lines);
      expect(await prune(store.database, at(7))).toBe(7);
      expect(await held()).toEqual(lines.slice(7));
      const stream = await store.stream(SERVER, 's1');
      expect(stream).toMatchObject({ kept: 7, keptPrev: lineHash(lines[6] ?? ''), keptSince: at(7) });
      expect(decodeTree(7, stream?.keptTree ?? [])).toBeDefined();
      expect(await prune(store.database, at(7))).toBe(0);
      expect(await prune(store.database, at(12))).toBe(5);
      expect(await held()).toEqual(lines.slice(12));
    });

    it('of all leaves what the next stream is linked to, and the stream goes on', async () => {
      const lines = signedStream({ closes: false });
      await append(lines.slice(0, 5));
      expect(await prune(store.database, at(1000))).toBe(5);
      expect(await store.stream(SERVER, 's1')).toMatchObject({ kept: 5, keptSince: undefined });
      expect(await append(lines.slice(3))).toMatchObject({ added: lines.length - 5 });
      expect(await store.stream(SERVER, 's1')).toMatchObject({ kept: 5, keptSince: at(5) });
      expect(await held()).toEqual(lines.slice(5));
      expect(await store.occupancy()).toEqual({ streams: 1, oldest: at(5) });
    });

    it('goes over what was never got', async () => {
      const lines = signedStream({ decisions: 8, signAfter: [8], fileAfter: 5 });
      const next = lines.findIndex((line) => line.includes('"event":"continue"'));
      await append(lines.slice(0, 2));
      await append(lines.slice(next));
      expect(await prune(store.database, at(2))).toBe(2);
      expect(await store.stream(SERVER, 's1')).toMatchObject({ kept: next, keptPrev: lineHash(lines[next - 1] ?? '') });
      expect(await prune(store.database, at(next + 2))).toBe(2);
      const stream = await store.stream(SERVER, 's1');
      const whole = signedStream({ decisions: 8, signAfter: [8], fileAfter: 5 });
      expect(stream?.kept).toBe(next + 2);
      expect(whole.slice(next + 2)).toEqual(await held());
    });

    it('stops at what is held, in that server alone', async () => {
      const lines = signedStream({ decisions: 20, signAfter: [20] });
      await append(lines);
      const hold = { server: SERVER, since: at(5), until: at(6), reason: 'case 7', madeBy: 'ada', madeAt: at(0) };
      await addHold(store.database, { ...hold, server: 'default/other' });
      const made = await addHold(store.database, hold);
      expect(await listHolds(store.database)).toMatchObject([{ server: 'default/other' }, hold]);
      expect(await prune(store.database, at(1000))).toBe(5);
      expect(await held()).toEqual(lines.slice(5));
      expect(await liftHold(store.database, made.id)).toBe(true);
      expect(await liftHold(store.database, made.id)).toBe(false);
      expect(await prune(store.database, at(1000))).toBe(lines.length - 5);
    });

    it('leaves nothing half done over thousands', async () => {
      const many = signedStream({ decisions: 5000, signAfter: [5000] });
      await append(many);
      expect(await prune(store.database, at(4500))).toBe(4500);
      expect((await held())[0]).toBe(many[4500]);
    });
  });

  describe('a bucket for what is old', () => {
    const bucketOf = (endpoint: string): Bucket => {
      const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
      return new Bucket({ ...credentials, endpoint, bucket: 'records', region: 'eu', lockMs: undefined }, CLOCK);
    };
    const whole = lacksS3() === undefined ? it : test.skip;
    const at = (second: number): number => Date.parse('2026-11-21T10:00:00Z') + second * 1000;
    const lines = signedStream({ decisions: 20, signAfter: [10, 20] });
    let old: ArchiveStore;
    beforeEach(async () => {
      if (opened !== undefined) old = await ArchiveStore.open(opened.database, bucketOf(s3?.endpoint ?? ''));
    });
    const fromOld = async (from: number, to: number): Promise<string[]> => {
      const stream = await old.stream(SERVER, 's1');
      return collect(old.lines(stream?.id ?? 0, from, to));
    };

    whole('has it as it was, for whoever reads a stream or searches', async () => {
      await append(lines);
      expect(await prune(store.database, at(7), { bucket: old.bucket })).toBe(7);
      expect(await prune(store.database, at(12), { bucket: old.bucket })).toBe(5);
      expect(await held()).toEqual(lines.slice(12));
      expect(await fromOld(0, lines.length)).toEqual(lines);
      expect(await fromOld(5, 9)).toEqual(lines.slice(5, 9));
      expect(await old.streams()).toMatchObject([{ kept: 0, keptTree: [], keptPrev: '0'.repeat(64) }]);
      const decisions = lines.filter((line) => line.includes('"decision"'));
      expect(await collect(old.search({ target: 'read' }))).toEqual(decisions);
      expect(await collect(old.search({ trace: 'trace-3' }))).toEqual([decisions[2]]);
      expect(await collect(old.search({ server: 'default/other' }))).toEqual([]);
      const since = at(9);
      expect(await collect(old.search({ all: true, since, until: at(14) }))).toEqual(lines.slice(9, 14));
    });

    whole('is not believed where it has something else', async () => {
      await append(lines);
      await prune(store.database, at(7), { bucket: old.bucket });
      const key = `${SERVER}/s1/000000000000-000000000006.jsonl.gz`;
      expect(gunzipSync((await s3?.object(key)) ?? '').toString()).toBe(
        lines
          .slice(0, 7)
          .map((line) => `${line}\n`)
          .join(''),
      );
      await s3?.replace(key, gzipSync(`${lines[0]}\n`));
      await expect(fromOld(0, 3)).rejects.toThrow('is not what was put there');
      await expect(collect(old.search({}))).rejects.toThrow('is not what was put there');
    });

    it('that is away keeps nothing from staying', async () => {
      await append(lines);
      const away = bucketOf('http://127.0.0.1:1');
      await expect(prune(store.database, at(7), { bucket: away })).rejects.toThrow('cannot be reached');
      expect(await held()).toEqual(lines);
    });
  });

  it('tables of a later version are left alone', async () => {
    await store.database.run('UPDATE schema_version SET version = 99');
    await expect(ArchiveStore.open(store.database)).rejects.toThrow('use a newer one');
  });
});
