/** What happens between replicas, and when the API server does not take a write; with real replicas it is tested on a real API server. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { cosigningKey } from '../../core/audit/note/note-keys.ts';
import { FakeClock, settle } from '../kit/testing/fake-clock.ts';
import type { Pod } from '../pod.ts';
import { ConfigMaps, refusal } from '../testing/config-maps.ts';
import { cachesWith } from '../testing/gen.ts';
import { OPERATOR_LABELS, witnessConfigMapName } from '../names.ts';
import { keyOf, shardOf } from './entry.ts';
import { WitnessMetrics } from './metrics.ts';
import type { WitnessAnswer } from './round.ts';
import { Witness } from './service.ts';
import { readShard } from './shard.ts';
import { ShownStream } from './testing/shown.ts';

let maps: ConfigMaps;
let clock: FakeClock;
const stops: AbortController[] = [];
beforeEach(() => {
  maps = new ConfigMaps();
  clock = new FakeClock();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

function replica(writeEveryMs = 0) {
  const caches = cachesWith();
  const registry = new Registry();
  const lines: string[] = [];
  const witness = new Witness({
    caches,
    client: maps,
    keys: { keys: () => Promise.resolve([cosigningKey('w', Buffer.alloc(32, 8))]) },
    metrics: new WitnessMetrics(registry),
    clock,
    writeEveryMs,
    keepEndedForMs: 600_000,
    rootNamespace: 'sallyport-system',
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
  });
  const stop = new AbortController();
  stops.push(stop);
  const ended = witness.start(stop.signal);
  return {
    caches,
    lines,
    stop: () => {
      stop.abort();
      return ended;
    },
    show: (stream: ShownStream, old: number): Promise<WitnessAnswer> =>
      witness.submit(stream.origin, stream.shown(old)),
    /** As its reflector would. */
    hear: () => {
      for (const object of maps.objects.values())
        caches.witness.set(readShard({ ...object, metadata: { ...object.metadata, namespace: 'sallyport-system' } }));
    },
    counted: async (outcome: string) =>
      Number(new RegExp(`checkpoints_total{outcome="${outcome}"} (\\d+)`).exec(await registry.metrics())?.[1]),
  };
}

const entryOf = ({ origin }: ShownStream) =>
  maps.objects.get(witnessConfigMapName(shardOf(origin)))?.data?.[keyOf(origin)];

test('what comes while a write waits goes into the next one', async () => {
  const { show } = replica(1000);
  const streams = Array.from({ length: 400 }, (_, n) => new ShownStream(`pod-${n}`).grow(3));
  const answers = Promise.all(streams.map((stream) => show(stream, 0)));
  for (let n = 0; n < 40; n += 1) {
    await clock.advance(250);
  }
  expect(new Set((await answers).map(({ kind }) => kind))).toEqual(new Set(['cosigned']));
  // The first has its write at once; the others share one for each shard.
  expect(maps.writes.length).toBeLessThanOrEqual(9);
  expect(streams.every((stream) => entryOf(stream) !== undefined)).toBe(true);
});

describe('of two replicas', () => {
  test('the one whose cache lags looks again, and cosigns what goes on from what the other has held', async () => {
    const [a, b] = [replica(), replica()];
    const stream = new ShownStream().grow(3);
    await a.show(stream, 0);
    expect(await b.show(stream.grow(5), 3)).toMatchObject({ kind: 'cosigned', size: 5 });
    expect(await a.show(stream.grow(9), 5)).toMatchObject({ kind: 'cosigned', size: 9 });
  });

  test('a fork at the one is a fork at the other, and is never cosigned by a race', async () => {
    const [a, b] = [replica(), replica()];
    const stream = new ShownStream().grow(3);
    await a.show(stream, 0);
    b.hear();
    const [one, other] = [stream.grow(9), new ShownStream().grow(3).grow(9, 1)];
    const kinds = (await Promise.all([a.show(one, 3), b.show(other, 3)])).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'cosigned')).toHaveLength(1);
    expect(kinds.find((kind) => kind !== 'cosigned')).toBe('conflict');
  });

  test('one that always comes second gives up, and says so', async () => {
    const { show, counted } = replica();
    const stream = new ShownStream().grow(3);
    const name = witnessConfigMapName(shardOf(stream.origin));
    maps.beforeWrite = () => void maps.put(name, {});
    await expect(show(stream, 0)).rejects.toThrow('written by others 5 times in a row');
    expect(maps.writes).toHaveLength(5);
    expect(await counted('failed')).toBe(1);
  });
});

test('what cannot be kept is not cosigned; it is when the API server is back', async () => {
  const { show, lines } = replica();
  const stream = new ShownStream().grow(3);
  maps.beforeWrite = () => {
    throw refusal(500);
  };
  await expect(show(stream, 0)).rejects.toThrow();
  expect(lines.join('')).toContain('could not be kept, and are not cosigned');
  maps.beforeWrite = () => {};
  expect(await show(stream, 0)).toMatchObject({ kind: 'cosigned' });
});

test('replicas share the writes: with two of them each writes half as often', async () => {
  const { show, caches } = replica(500);
  for (const name of ['operator-1', 'operator-2'])
    caches.pods.set({
      metadata: { namespace: 'sallyport-system', name, uid: name, labels: OPERATOR_LABELS },
    } as unknown as Pod);
  await show(new ShownStream('a').grow(3), 0);
  const next = show(new ShownStream('b').grow(3), 0);
  await clock.advance(999);
  expect(maps.writes).toHaveLength(1);
  await clock.advance(1);
  expect((await next).kind).toBe('cosigned');
});

test('a gate that shows nothing but what conflicts has it read no more often than is written', async () => {
  const { show } = replica(500);
  const stream = new ShownStream().grow(3);
  await show(stream, 0);
  let reads = 0;
  const find = maps.find.bind(maps);
  maps.find = (...args: Parameters<typeof find>) => {
    reads += 1;
    return find(...args);
  };
  stream.grow(5);
  expect((await show(stream, 0)).kind).toBe('conflict');
  const next = show(stream, 0);
  await clock.advance(499);
  expect(reads).toBe(1);
  await clock.advance(1);
  expect((await next).kind).toBe('conflict');
  expect(reads).toBe(2);
});

test('a gate shows one at a time', async () => {
  const { show } = replica();
  const first = show(new ShownStream().grow(3), 0);
  await expect(show(new ShownStream('ledger-1', '2026-11-30T09:00:01.000Z').grow(3), 0)).rejects.toThrow(
    'show the next one after its answer',
  );
  expect((await first).kind).toBe('cosigned');
});

test('a stream that has left to make room is not begun anew with other lines', async () => {
  const { show, caches } = replica();
  caches.pods.set({ metadata: { namespace: 'finance', name: 'ledger-1', uid: 'uid-ledger-1' } } as Pod);
  const lives = Array.from({ length: 34 }, (_, n) => `2026-11-30T09:00:${String(n).padStart(2, '0')}.000Z`);
  for (const life of lives) expect((await show(new ShownStream('ledger-1', life).grow(3), 0)).kind).toBe('cosigned');
  const again = new ShownStream('ledger-1', lives[0]).grow(2).grow(3, 1);
  expect(entryOf(again)).toBeUndefined();
  expect(await show(again, 0)).toMatchObject({ kind: 'refused', why: expect.stringContaining('began later') });
  expect((await show(new ShownStream('ledger-1', '2026-11-30T09:01:00.000Z').grow(3), 0)).kind).toBe('cosigned');
});

test('a stream whose pod is gone leaves after a while, though nobody shows anything, and its last checkpoint is in the log', async () => {
  const { show, caches, lines } = replica();
  const pod = { metadata: { namespace: 'finance', name: 'ledger-1', uid: 'uid-ledger-1' } } as Pod;
  caches.pods.set(pod);
  const stream = new ShownStream().grow(3);
  await show(stream, 0);
  const look = async () => {
    await clock.advance(600_001);
    await settle();
  };
  await look();
  expect(entryOf(stream)).toBeDefined();
  caches.pods.delete('finance/ledger-1');
  await look();
  expect(entryOf(stream)).toBeUndefined();
  expect(lines.some((line) => line.includes('is witnessed no more') && line.includes(stream.origin))).toBe(true);
});

test('whoever waits when the operator stops asks another replica', async () => {
  const { show, stop } = replica(60_000);
  await show(new ShownStream('a').grow(3), 0);
  const waiting = [show(new ShownStream('b').grow(3), 0), show(new ShownStream('c').grow(3), 0)];
  const failed = Promise.all(waiting.map((one) => expect(one).rejects.toThrow('the operator stops')));
  await new Promise((resolve) => setImmediate(resolve));
  await stop();
  await failed;
});
