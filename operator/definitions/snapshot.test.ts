import { describe, expect, test } from 'vitest';
import type { Pin } from './pin.ts';
import { prunePins, type StoredPins, writePin } from './pins-object.ts';
import { snapshotOf, versionOf } from './snapshot.ts';

const stored = (...pins: (Partial<Pin> & { name: string })[]): StoredPins =>
  prunePins({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: Object.fromEntries(
      pins.map((pin, i) => [
        `pin-${i}`,
        writePin({ kind: 'tool', since: 5, first: 'f', accepted: [], refused: [], held: [], ...pin }),
      ]),
    ),
  });
const neighbour = (server: string, ...pins: (Partial<Pin> & { name: string })[]) => ({
  server,
  stored: stored(...pins),
});

test('gates are told digests and no texts', () => {
  const own = stored({ name: 'add', first: 'a', accepted: ['b'], held: ['c'], base: { x: 1 } });
  expect(snapshotOf(own, []).pins).toEqual([
    { kind: 'tool', name: 'add', first: 'a', accepted: ['b'], refused: [], held: ['c'] },
  ]);
});

test('the same has the same version, and another another', () => {
  const [a, b] = [snapshotOf(stored({ name: 'a' }), []), snapshotOf(stored({ name: 'b' }), [])];
  expect(versionOf(a)).toBe(versionOf(snapshotOf(stored({ name: 'a' }), [])));
  expect(versionOf(a)).not.toBe(versionOf(b));
  expect(versionOf(snapshotOf(undefined, []))).toMatch(/^[0-9a-f]{16}$/);
});

describe('a name', () => {
  const clashes = (own: StoredPins, ...others: ReturnType<typeof neighbour>[]) => snapshotOf(own, others).clashes;

  test.each([
    ['the same', 'search', 'search'],
    ['one that looks like it', 'sеarch', 'search'],
  ])('that a neighbour had before, %s, clashes', (_, name, other) => {
    expect(clashes(stored({ name }), neighbour('wiki', { name: other, since: 4 }))).toEqual([
      { tool: name, server: 'wiki', other },
    ]);
  });
  test('that a neighbour took later does not: nobody can have the tools of others left out', () => {
    expect(clashes(stored({ name: 'search' }), neighbour('wiki', { name: 'search', since: 6 }))).toEqual([]);
    expect(clashes(stored({ name: 'search' }), neighbour('wiki', { name: 'search', since: 5 }))).toEqual([]);
  });
  test('that several have is that of whoever had it first', () => {
    const others = [neighbour('b', { name: 'search', since: 3 }), neighbour('a', { name: 'search', since: 2 })];
    expect(clashes(stored({ name: 'search' }), ...others)).toMatchObject([{ server: 'a' }]);
  });
  test('of a prompt is no name of a tool', () => {
    expect(clashes(stored({ name: 'search' }), neighbour('a', { name: 'search', kind: 'prompt', since: 1 }))).toEqual(
      [],
    );
    expect(clashes(stored({ name: 'a', kind: 'prompt' }), neighbour('a', { name: 'a', since: 1 }))).toEqual([]);
  });
  test('of another is told of each, so that none hides behind others', () => {
    const names = Array.from({ length: 300 }, (_, i) => ({ name: `t${i}`, since: 9 }));
    const others = neighbour('a', ...names.map((one) => ({ ...one, since: 1 })));
    expect(clashes(stored(...names), others)).toHaveLength(300);
  });
  test('that a neighbour has in a very long spelling is told as the own one', () => {
    const others = neighbour('a', { name: `pay${'\u200b'.repeat(1000)}`, since: 1 });
    expect(clashes(stored({ name: 'pay' }), others)).toEqual([{ tool: 'pay', server: 'a', other: 'pay' }]);
  });
  test('that was held of a neighbour, and never shown, is not theirs', () => {
    const held = { name: 'pay', since: 1, first: undefined, held: ['a'] };
    expect(clashes(stored({ name: 'pay' }), neighbour('a', held))).toEqual([]);
    expect(clashes(stored({ name: 'pay' }), neighbour('a', { ...held, accepted: ['a'] }))).toHaveLength(1);
  });
});
