/** Equality and order of values. */
import type { Budget } from './budget.ts';
import { Failure, type Place, wrongType } from './failure.ts';
import { fold } from '../mcp/fold.ts';
import {
  Duration,
  entryOf,
  fromJson,
  isMapOfJson,
  listOf,
  MadeMap,
  Timestamp,
  TypeName,
  typeOf,
  type Value,
} from './values.ts';

/** Whole numbers beyond are known only nearly once JSON was read: 9007199254740993 comes out as 9007199254740992. */
const EXACT = 2 ** 53;

/**
 * CEL says that values of different types are different. Here only null may be held against anything: a server that takes "5" for 5 would
 * read as equal what a rule has found to be something else.
 */
export function isEqual(a: Value, b: Value, budget: Budget, place: Place): boolean {
  budget.spend(1);
  if (a === null || b === null) return a === b;
  if (isNumber(a) && isNumber(b)) {
    checkExact(a, b, place);
    // An int and a double are equal where they are the same number, and `==` of JavaScript compares these exactly.
    // eslint-disable-next-line eqeqeq
    return a == b;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    budget.spend(Math.min(a.length, b.length) >> 6);
    return a === b;
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') return a === b;
  if (a instanceof Timestamp && b instanceof Timestamp) return a.ms === b.ms;
  if (a instanceof Duration && b instanceof Duration) return a.ms === b.ms;
  if (a instanceof TypeName && b instanceof TypeName) return a.name === b.name;
  const [one, other] = [listOf(a), listOf(b)];
  if (one !== undefined && other !== undefined) {
    if (one.length !== other.length) return false;
    return one.every((_, at) => isEqual(entryOf(a, one, at), entryOf(b, other, at), budget, place));
  }
  if (typeOf(a) === 'map' && typeOf(b) === 'map') return areEqualMaps(a, b, budget, place);
  throw wrongType(typeOf(a), `the type ${typeOf(b)}, or the other way round,`, place);
}

function areEqualMaps(a: Value, b: Value, budget: Budget, place: Place): boolean {
  const keys = keysOf(a, budget);
  if (keys.length !== keysOf(b, budget).length) return false;
  return keys.every((key) => {
    const [one, other] = [valueOf(a, key), valueOf(b, key)];
    return one !== undefined && other !== undefined && isEqual(one, other, budget, place);
  });
}

function keysOf(map: Value, budget: Budget): readonly Value[] {
  const keys = map instanceof MadeMap ? [...map.entries.keys()] : Object.keys(map as object);
  budget.spend(keys.length);
  return keys;
}

/** Undefined: the map has no such key. */
function valueOf(map: Value, key: Value): Value | undefined {
  if (map instanceof MadeMap) return map.entries.get(key);
  return isMapOfJson(map) && typeof key === 'string' && Object.hasOwn(map, key) ? fromJson(map[key]) : undefined;
}

/** Below 0, 0 or above 0; NaN, of which every comparison is false, where one of them is NaN. */
export function order(a: Value, b: Value, budget: Budget, place: Place): number {
  if (isNumber(a) && isNumber(b)) {
    checkExact(a, b, place);
    if (a < b) return -1;
    if (a > b) return 1;
    return Number.isNaN(Number(a)) || Number.isNaN(Number(b)) ? NaN : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    budget.spend(Math.min(a.length, b.length) >> 6);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.ms - b.ms;
  if (a instanceof Duration && b instanceof Duration) return a.ms - b.ms;
  throw wrongType(typeOf(a), `what can be compared with the type ${typeOf(b)}`, place);
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function checkExact(a: bigint | number, b: bigint | number, place: Place): void {
  if (typeof a === 'bigint' && typeof b === 'bigint') return;
  if (Math.abs(Number(a)) < EXACT || Math.abs(Number(b)) < EXACT) return;
  const message = 'It is a number too large to be compared exactly. Call again with a smaller one.';
  throw new Failure('no-result', message, place);
}

/**
 * The member of a map that a key names; undefined: it is not there. Servers that fold the case of keys would take "PATH" for "path", so a
 * second spelling says neither that it is there nor that it is not.
 */
export function memberOf(map: Value, key: Value, budget: Budget, place: Place): Value | undefined {
  if (map instanceof MadeMap) return map.entries.get(key);
  if (!isMapOfJson(map)) throw wrongType(typeOf(map), 'a map', place);
  if (typeof key !== 'string') throw wrongType(typeOf(key), 'a key that is a string', place);
  const folded = fold(key);
  for (const other of Object.keys(map)) {
    budget.spend(1);
    // A fold is at least a quarter as long as what it is of.
    if (other === key || other.length > 4 * folded.length) continue;
    budget.spend(other.length >> 3);
    if (fold(other) === folded) {
      const message = `A key of it is another spelling of "${key}". Call again with that key alone.`;
      throw new Failure('spelled-otherwise', message, place);
    }
  }
  return Object.hasOwn(map, key) ? fromJson(map[key]) : undefined;
}
