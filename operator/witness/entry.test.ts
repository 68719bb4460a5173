import { expect, test } from 'vitest';
import { cosigningKey } from '../../core/audit/note/note-keys.ts';
import { checkpointOf, keyOf, originIn, readEntry, seriesOf, SHARDS, shardOf } from './entry.ts';
import { roundOf } from './round.ts';
import { ShownStream } from './testing/shown.ts';

const stream = new ShownStream().grow(5);
const key = keyOf(stream.origin);
const entry = roundOf(new Map(), [stream.shown(0)], [cosigningKey('w', Buffer.alloc(32, 8))], 0).put.get(key)!;
const fork = { time: '2026-11-30T10:00:00Z', pod: 'p', size: 1, root: 'r', why: 'w' };

test('an entry is read as it was written, with its fork', () => {
  expect(readEntry(key, JSON.stringify({ ...entry, fork }))).toEqual({ ...entry, fork });
  expect(checkpointOf(entry)).toMatchObject({ origin: stream.origin, size: 5 });
  expect(originIn(entry)).toBe(stream.origin);
});

test.each([
  ['under the key of another stream', `${key.slice(1)}0`, entry],
  ['no object', key, []],
  ['no note', key, { ...entry, note: 'hello' }],
  ['no time', key, { ...entry, time: 'yesterday' }],
  ['no pod', key, { ...entry, pod: 7 }],
])('what is %s is no entry', (_, at, value) => {
  expect(readEntry(at, JSON.stringify(value))).toBeUndefined();
});

test('what is no JSON is no entry, and a fork that is none is left out', () => {
  expect(readEntry(key, '{')).toBeUndefined();
  expect(readEntry(key, JSON.stringify({ ...entry, fork: { ...fork, size: '1' } }))).toEqual(entry);
});

test('all lives of a pod are in one shard, and pods in all of them', () => {
  expect(shardOf('sallyport/a/b/pod/1')).toBe(shardOf('sallyport/a/b/pod/2'));
  expect(seriesOf('sallyport/a/b/pod/2')).toBe('sallyport/a/b/pod');
  const used = new Set(Array.from({ length: 200 }, (_, n) => shardOf(`sallyport/a/b/pod-${n}/1`)));
  expect(used.size).toBe(SHARDS);
});
