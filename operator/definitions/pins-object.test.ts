import { describe, expect, test } from 'vitest';
import type { Pin } from './pin.ts';
import {
  keyOfPin,
  MAX_PINS_BYTES,
  metadataOf,
  patchWith,
  type PinsData,
  pinsIn,
  prunePins,
  readPin,
  writePin,
} from './pins-object.ts';

const pin = (name: string, more: Partial<Pin> = {}): Pin => ({
  kind: 'tool',
  name,
  since: 1,
  accepted: [],
  refused: [],
  held: [],
  ...more,
});
const dataOf = (...pins: Pin[]): PinsData => Object.fromEntries(pins.map((one) => [keyOfPin(one), writePin(one)]));

test('a pin is read as it was written', () => {
  const one = pin('add', {
    first: 'a',
    accepted: ['b'],
    refused: ['c'],
    held: ['d'],
    base: { a: 1 },
    definition: { b: 2 },
  });
  expect(readPin(writePin(one))).toEqual(one);
});

test.each(['', 'no JSON', '[]', '{"kind":"other","name":"a"}', '{"kind":"tool"}'])('%j is no pin', (text) => {
  expect(readPin(text)).toBeUndefined();
  expect(pinsIn({ a: text })).toEqual([]);
});

test('whatever else stands in one is left out', () => {
  expect(readPin('{"kind":"tool","name":"a","since":"x","accepted":[1,"b"],"held":5,"base":"c"}')).toEqual({
    ...pin('a', { since: 0, accepted: ['b'] }),
  });
});

test('a definition that is very long is kept by its digests alone', () => {
  const long = pin('add', { held: ['a'], definition: { description: 'a'.repeat(70_000) } });
  expect(readPin(writePin(long))).toEqual(pin('add', { held: ['a'] }));
});

test('the key of a pin takes names of every kind, and tells kinds apart', () => {
  expect(keyOfPin({ kind: 'tool', name: '\u0000/ä'.repeat(500) })).toMatch(/^pin-[0-9a-f]{32}$/);
  expect(keyOfPin({ kind: 'tool', name: 'a' })).not.toBe(keyOfPin({ kind: 'prompt', name: 'a' }));
});

describe('what is written', () => {
  test('is what differs', () => {
    const [one, two] = [pin('one'), pin('two')];
    expect(patchWith(dataOf(one), [one, two])).toEqual(dataOf(two));
  });

  test('leaves texts out where there are too many, and no digest', () => {
    const many = Array.from({ length: 200 }, (_, i) =>
      pin(`t${i}`, { first: 'a', base: { text: 'x'.repeat(10_000) } }),
    );
    const data: Record<string, string> = {};
    for (const one of many) Object.assign(data, patchWith(data, [one]));
    expect(JSON.stringify(data).length).toBeLessThan(MAX_PINS_BYTES);
    expect(pinsIn(data).map(({ name, first }) => [name, first])).toEqual(many.map(({ name }) => [name, 'a']));
    expect(pinsIn(data).filter(({ base }) => base !== undefined).length).toBeGreaterThan(50);
  });

  test('is nothing where there is no room for the digests either', () => {
    const many = Array.from({ length: 5000 }, (_, i) => pin(`${i} `.padEnd(200), { first: 'a'.repeat(71) }));
    expect(patchWith({}, many)).toBeUndefined();
  });
});

test('a cache keeps no texts', () => {
  const { pins } = prunePins({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf({ namespace: 'finance', server: 'ledger', uid: 'u' }, 'sallyport-system'),
    data: { ...dataOf(pin('Add', { base: { a: 1 }, definition: { a: 2 } })) },
  });
  expect(pins).toEqual([{ ...pin('Add'), skeleton: expect.any(String) as string }]);
});
