import { describe, expect, it } from 'vitest';
import {
  asBool,
  asInt,
  asString,
  Duration,
  fromJson,
  isMapOfJson,
  MadeList,
  MadeMap,
  Timestamp,
  TypeName,
  typeOf,
} from './values.ts';

describe('a value of JSON', () => {
  it.each([
    [1, 1n],
    [1.5, 1.5],
    [1e300, 1e300],
    [9007199254740992, 9007199254740992],
    ['1', '1'],
    [null, null],
  ])('%j becomes one of CEL', (json, value) => expect(fromJson(json)).toBe(value));
});

describe('the type of a value', () => {
  it.each([
    [true, 'bool'],
    [1n, 'int'],
    [1.5, 'double'],
    ['a', 'string'],
    [null, 'null_type'],
    [[], 'list'],
    [new MadeList([]), 'list'],
    [{}, 'map'],
    [new MadeMap(new Map()), 'map'],
    [new Timestamp(0), 'google.protobuf.Timestamp'],
    [new Duration(0), 'google.protobuf.Duration'],
    [new TypeName('int'), 'type'],
  ])('of %o is %s', (value, type) => expect(typeOf(value)).toBe(type));

  it('tells the maps of a call from those of an expression', () => {
    expect([{}, new MadeMap(new Map()), [], null, new Timestamp(0)].map(isMapOfJson)).toEqual([
      ...[true, false, false, false, false],
    ]);
  });
});

it('of another type is refused where one is needed', () => {
  expect(asInt(5n)).toBe(5n);
  expect(() => asInt(2n ** 63n, '/n')).toThrow('64 bits');
  expect(() => asInt(-(2n ** 63n) - 1n)).toThrow('64 bits');
  expect([asString('a', ''), asBool(true, '')]).toEqual(['a', true]);
  expect(() => asString(1n, '')).toThrow('It is of the type int, where a string is needed.');
  expect(() => asBool('a', '')).toThrow('true or false');
});
