import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyOf, type Entry } from './entry.ts';
import { changeOf, type LeavingRules, readShard, serversToTell, type Shard, wholeOf } from './shard.ts';

const NOW = Date.parse('2026-11-30T10:00:00Z');
const MINUTE = 60_000;
const ROOT = `${'A'.repeat(43)}=`;

interface Made {
  readonly minutesAgo?: number;
  readonly life?: string;
  readonly server?: string;
  readonly bytes?: number;
  readonly fork?: Entry['fork'];
}

function made(pod: string, { minutesAgo = 0, life = 'a', server = 'finance/ledger', bytes = 0, fork }: Made = {}) {
  const origin = `sallyport/${server}/${pod}/${life}`;
  const entry: Entry = {
    ...{ server, pod, uid: `uid-${pod}`, time: new Date(NOW - minutesAgo * MINUTE).toISOString() },
    note: `${origin}\n5\n${ROOT}\n\n— ${'x'.repeat(bytes)}x ${'A'.repeat(12)}\n`,
    ...(fork === undefined ? {} : { fork }),
  };
  return [keyOf(origin), entry] as const;
}

const shardWith = (...entries: (readonly [string, Entry])[]): Shard => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'sallyport-witness-0' },
  entries: new Map(entries),
  left: undefined,
});
const rules = (there: readonly string[]): LeavingRules => ({
  now: NOW,
  keepEndedForMs: 10 * MINUTE,
  isThere: ({ pod }) => there.includes(pod),
});

describe('a stream leaves', () => {
  test('a while after its pod is gone, and is counted, with its note in a hash', () => {
    const [gone, gone2] = [made('gone', { minutesAgo: 10 }), made('gone2', { minutesAgo: 11 })];
    const shard = shardWith(gone, gone2, made('just-gone', { minutesAgo: 9 }), made('idle', { minutesAgo: 600 }));
    const { data, leaves } = changeOf(shard, new Map(), rules(['idle']));
    expect(leaves.map(({ pod }) => pod)).toEqual(['gone2', 'gone']);
    const first = hash('sha256', `${'0'.repeat(64)}\n${gone2[1].note}`, 'hex');
    const left = {
      count: 2,
      hash: hash('sha256', `${first}\n${gone[1].note}`, 'hex'),
      time: '2026-11-30T10:00:00.000Z',
    };
    expect(data).toEqual({ [gone[0]]: null, [gone2[0]]: null, left: JSON.stringify(left) });
    const next = changeOf({ ...shardWith(made('x', { minutesAgo: 20 })), left }, new Map(), rules([]));
    expect(JSON.parse(next.data['left'] ?? '')).toMatchObject({ count: 3 });
  });

  test('a while after its gate has begun another in the same pod', () => {
    const shard = shardWith(made('p', { life: 'a', minutesAgo: 30 }), made('p', { life: 'b', minutesAgo: 20 }));
    expect(changeOf(shard, new Map(), rules(['p'])).leaves).toHaveLength(1);
    expect(changeOf(shardWith(made('p', { minutesAgo: 30 })), new Map(), rules(['p'])).data).toEqual({});
  });

  test('but not the one that began last, though another is shown since', () => {
    const [first, last] = ['2026-11-30T09:00:00.000Z', '2026-11-30T09:00:01.000Z'];
    const shard = shardWith(made('p', { life: first, minutesAgo: 20 }), made('p', { life: last, minutesAgo: 30 }));
    const { leaves } = changeOf(shard, new Map(), rules(['p']));
    expect(leaves.map(({ note }) => note.split('\n')[0])).toEqual([`sallyport/finance/ledger/p/${first}`]);
  });

  test('at once where one pod has more than it may', () => {
    const lives = Array.from({ length: 33 }, (_, n) => made('p', { life: `${n}`, minutesAgo: 5 - n / 100 }));
    const { leaves } = changeOf(shardWith(...lives), new Map(), rules(['p']));
    expect(leaves.map(({ note }) => note.split('\n')[0])).toEqual(['sallyport/finance/ledger/p/0']);
  });

  test('at once where there is no room for another', () => {
    const old = [made('a', { minutesAgo: 3, bytes: 400_000 }), made('b', { minutesAgo: 2, bytes: 400_000 })];
    const put = made('c', { bytes: 400_000 });
    const { leaves, full, data } = changeOf(shardWith(...old), new Map([put]), rules(['c']));
    expect([leaves.map(({ pod }) => pod), full]).toEqual([['a'], []]);
    expect(data[put[0]]).toBe(JSON.stringify(put[1]));
  });
});

test('where all that are held go on, another one finds no room, and they do', () => {
  const held = [made('a', { bytes: 400_000 }), made('b', { bytes: 400_000 })];
  const next = made('a', { bytes: 400_001 });
  const put = new Map([next, made('c', { bytes: 400_000 })]);
  const { data, full, leaves } = changeOf(shardWith(...held), put, rules(['a', 'b', 'c']));
  expect([full, leaves]).toEqual([[made('c')[0]], []]);
  expect(Object.keys(data)).toEqual([next[0]]);
});

test('what is held grows only as far as the whole can be written', () => {
  const held = [made('a', { bytes: 450_000 }), made('b', { bytes: 440_000 })];
  const put = new Map([made('a', { bytes: 500_000 }), made('b', { bytes: 540_000 })]);
  const { data, full } = changeOf(shardWith(...held), put, rules(['a', 'b']));
  expect([full, Object.keys(data)]).toEqual([[made('b')[0]], [made('a')[0]]]);
});

test('what is written is what is read, and what is no entry is passed over', () => {
  const [key, entry] = made('p');
  const left = { count: 1, hash: 'h', time: 't' };
  const data = wholeOf({ ...shardWith([key, entry]), left }, { x: 'hello', y: null });
  const read = readShard({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n', managedFields: [] }, data });
  expect(read).toEqual({ ...shardWith([key, entry]), metadata: { name: 'n' }, left });
  expect(wholeOf(undefined, { a: 'b' })).toEqual({ a: 'b' });
  for (const bad of ['{', '[]', '{"count":1}'])
    expect(readShard({ ...shardWith(), data: { left: bad } }).left).toBeUndefined();
});

test('servers hear of a change that is something else to say', () => {
  const fork = { time: 't', pod: 'p', size: 1, root: 'r', why: 'w' };
  const other = made('q', { server: 'finance/other' });
  const before = shardWith(made('p', { minutesAgo: 1 }), other);
  expect(serversToTell(shardWith(made('p')), undefined)).toEqual(['finance/ledger']);
  expect(serversToTell(shardWith(made('p'), other), before)).toEqual([]);
  expect(serversToTell(shardWith(made('p', { fork }), other), before)).toEqual(['finance/ledger']);
  expect(serversToTell(shardWith(made('p')), before)).toEqual(['finance/other']);
});
