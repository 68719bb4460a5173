import { beforeEach, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { sha256 } from '../../core/digest.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { ConfigMaps, refusal } from '../testing/config-maps.ts';
import { cachesWith } from '../testing/gen.ts';
import { pruneKeys, recordsIn } from './keys-object.ts';
import { AuditKeys } from './service.ts';

const OF = { namespace: 'finance', name: 'ledger', uid: 'u' };
const NAME = 'sallyport-audit-keys-finance.ledger';
const DAY = 86_400_000;

let maps: ConfigMaps;
let clock: FakeClock;
let authority: { current: string; next?: string };
let serverUid: string | undefined;
beforeEach(() => {
  maps = new ConfigMaps();
  clock = new FakeClock();
  authority = { current: 'A' };
  serverUid = 'u';
});

const seed = (of: string, info: string) => Buffer.from(sha256(`${of} ${info}`).slice(7), 'hex');

/** `knows`: the authority as this replica has read it; the Secret holds `authority`. */
function replica(knows = authority) {
  const caches = cachesWith();
  const lines: string[] = [];
  let read = knows;
  const keys = new AuditKeys({
    caches,
    client: {
      create: maps.create,
      mergePatch: maps.mergePatch,
      find: ((resource: { kind: string }, ref: never) =>
        resource.kind === 'ConfigMap'
          ? maps.find(resource, ref)
          : Promise.resolve(serverUid && { metadata: { name: 'ledger', uid: serverUid } })) as never,
    },
    certificates: {
      derive: (info) => ({
        current: seed(read.current, info),
        next: read.next === undefined ? undefined : seed(read.next, info),
      }),
      refresh: () => Promise.resolve(void (read = authority)),
    },
    clock,
    rotateAfterMs: 90 * DAY,
    rootNamespace: 'sallyport-system',
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
  });
  const hear = (): void => {
    for (const object of maps.objects.values())
      caches.auditKeys.set(pruneKeys({ ...object, metadata: { ...object.metadata, namespace: 'sallyport-system' } }));
  };
  return { keys, lines, hear, keyOf: async (of = OF) => (await keys.keyOf(of)).verifier.text };
}

const published = () => recordsIn(maps.objects.get(NAME)?.data).map(({ key }) => key);

test('a key is published before anybody has it, once, by whichever replica is first', async () => {
  const [a, b] = [replica(), replica()];
  const keys = await Promise.all([a.keyOf(), b.keyOf(), a.keyOf()]);
  expect(new Set(keys).size).toBe(1);
  expect(published()).toEqual([keys[0]]);
  a.hear();
  maps.writes.length = 0;
  await a.keyOf();
  expect(maps.writes).toEqual([]);
  maps.beforeWrite = () => {
    throw refusal(500);
  };
  await expect(replica().keyOf({ ...OF, name: 'other' })).rejects.toThrow();
});

test('a replica that has not read the next authority yet does not turn back', async () => {
  const old = { current: 'A' };
  const first = await replica().keyOf();
  authority = { current: 'A', next: 'B' };
  const second = await replica().keyOf();
  expect(second).not.toBe(first);
  const late = replica(old);
  late.hear();
  expect(await late.keyOf()).toBe(second);
  expect(published()).toEqual([first, second]);
});

test('an authority that was lost leads to a key that nobody announces, and the log says what to do', async () => {
  await replica().keyOf();
  authority = { current: 'C' };
  const { keyOf, lines } = replica();
  await keyOf();
  expect(published()).toHaveLength(2);
  expect(lines.join('')).toContain('Give it to whoever verifies their logs');
});

test('the keys in use are those that the cache has heard of, and what was published here just now', async () => {
  const { keys, hear, keyOf } = replica();
  const key = await keyOf();
  const other = replica();
  expect(other.keys.inUse(OF)).toEqual([]);
  for (const one of [keys, keys]) expect(one.inUse(OF).map(({ text }) => text)).toEqual([key]);
  hear();
  other.hear();
  for (const one of [keys, other.keys]) expect(one.inUse(OF).map(({ text }) => text)).toEqual([key]);
  expect(keys.inUse({ ...OF, uid: 'v' })).toEqual([]);
});

describe('of a server that was deleted and made again', () => {
  test('the new one has a key of its own', async () => {
    const first = await replica().keyOf();
    serverUid = 'v';
    const second = await replica().keyOf({ ...OF, uid: 'v' });
    expect(published()).toEqual([first, second]);
  });

  test('a replica that has not heard of it yet publishes nothing for the old one', async () => {
    serverUid = 'v';
    await replica().keyOf({ ...OF, uid: 'v' });
    await expect(replica().keyOf()).rejects.toThrow('finance/ledger is another server by now');
    expect(published()).toHaveLength(1);
  });
});

test('a replica that always comes second says so', async () => {
  maps.beforeWrite = () => void maps.put(NAME, {});
  await expect(replica().keyOf()).rejects.toThrow('written by others 5 times in a row');
});
