/** When copies are made; that a real store takes and locks them is tested in test/e2e/witness-copies.test.ts. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { cosigningKey } from '../../core/audit/note/note-keys.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { cachesWith } from '../testing/gen.ts';
import { WitnessCopies } from './copies.ts';
import { roundOf } from './round.ts';
import { ShownStream } from './testing/shown.ts';

const MINUTE = 60_000;
let clock: FakeClock;
let stop: AbortController;
beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
});
afterEach(() => stop.abort());

function copying() {
  const caches = cachesWith();
  const registry = new Registry();
  const puts: { name: string; body: string; until: number }[] = [];
  const lines: string[] = [];
  const bucket = { refuses: false };
  const copies = new WitnessCopies({
    caches,
    bucket: {
      put(name, body, until) {
        if (bucket.refuses) return Promise.reject(new Error('the bucket answers 403 AccessDenied'));
        puts.push({ name, body, until });
        return Promise.resolve();
      },
    },
    clock,
    everyMs: 10 * MINUTE,
    retainForMs: 1000 * MINUTE,
    registry,
    log: pino({}, { write: (line: string) => void lines.push(line) }),
  });
  void copies.start(stop.signal);
  let versions = 0;
  const hold = (...streams: ShownStream[]): void => {
    const submitted = streams.map((stream) => stream.shown(0));
    const { put } = roundOf(new Map(), submitted, [cosigningKey('w', Buffer.alloc(32, 8))], clock.now());
    const metadata = {
      namespace: 'sallyport-system',
      name: 'sallyport-witness-0',
      resourceVersion: String((versions += 1)),
    };
    caches.witness.set({ apiVersion: 'v1', kind: 'ConfigMap', metadata, entries: put, left: undefined });
  };
  const metric = async (name: string) =>
    Number(new RegExp(`^sallyport_operator_witness_${name} (.*)$`, 'm').exec(await registry.metrics())?.[1]);
  return { puts, lines, bucket, hold, metric };
}

test('all that is held is copied, by stream, when there is something new', async () => {
  const { puts, hold, metric } = copying();
  await clock.advance(10 * MINUTE);
  expect([puts, await metric('last_copy_timestamp_seconds')]).toEqual([[], 0]);
  hold(new ShownStream('ledger-2').grow(5), new ShownStream('ledger-1').grow(3));
  await clock.advance(10 * MINUTE);
  expect(puts).toHaveLength(1);
  expect(puts[0]?.name).toMatch(/^2023-11-14\/\d{6}Z-[0-9a-f]{12}\.witnessed$/);
  expect(puts[0]?.body).toMatch(
    /^sallyport\/finance\/ledger\/ledger-1\/\S+\n3\n[^]*\n\nsallyport\/finance\/ledger\/ledger-2\/\S+\n5\n/,
  );
  expect(puts[0]?.until).toBe(clock.now() + 1000 * MINUTE);
  await clock.advance(10 * MINUTE);
  expect(puts).toHaveLength(1);
  expect(await metric('last_copy_timestamp_seconds')).toBe(clock.now() / 1000);
  hold(new ShownStream('ledger-1').grow(4));
  await clock.advance(10 * MINUTE);
  expect(puts).toHaveLength(2);
  expect(await metric('copies_total{outcome="kept"}')).toBe(2);
});

test('one that failed is said, counted and tried again within a minute', async () => {
  const { puts, lines, bucket, hold, metric } = copying();
  bucket.refuses = true;
  hold(new ShownStream().grow(3));
  await clock.advance(10 * MINUTE);
  expect(lines.join('')).toContain('the bucket answers 403 AccessDenied');
  bucket.refuses = false;
  await clock.advance(MINUTE);
  expect(puts).toHaveLength(1);
  expect(await metric('copies_total{outcome="failed"}')).toBe(1);
});
