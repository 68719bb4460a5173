/**
 * Values of CEL (https://github.com/google/cel-spec/blob/master/doc/langdef.md#values). Lists and maps of a call are the values of JSON as
 * they were read, and become values of CEL one by one when somebody looks at them.
 */
import { Failure, type Place, wrongType } from './failure.ts';

export type Value =
  | null
  | boolean
  | string
  /** An int. */
  | bigint
  /** A double. */
  | number
  | Timestamp
  | Duration
  | TypeName
  | MadeList
  | MadeMap
  | readonly unknown[]
  | { readonly [key: string]: unknown };

export class Timestamp {
  /** Milliseconds since the Unix epoch. */
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

export class Duration {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

export class TypeName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Lists and maps that an expression has made: of values of CEL, not of JSON. */
export class MadeList {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

export class MadeMap {
  readonly entries: ReadonlyMap<Value, Value>;

  constructor(entries: ReadonlyMap<Value, Value>) {
    this.entries = entries;
  }
}

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

/**
 * JSON has one kind of number, and CEL two. What is whole is an int, as in Kubernetes; what is whole and beyond 2^53 is known to us only
 * nearly and stays a double, which `numbers` compares only where that cannot matter.
 */
export function fromJson(value: unknown): Value {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  return value as Value;
}

export function typeOf(value: Value): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      return typeOfObject(value);
  }
}

function typeOfObject(value: Exclude<Value, boolean | bigint | number | string>): string {
  if (value === null) return 'null_type';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof TypeName) return 'type';
  return Array.isArray(value) || value instanceof MadeList ? 'list' : 'map';
}

/** The entries of a list, or undefined where it is none. */
export function listOf(value: Value): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  return value instanceof MadeList ? value.items : undefined;
}

/** One entry of what `listOf` gave. */
export function entryOf(list: Value, items: readonly unknown[], at: number): Value {
  return list instanceof MadeList ? (items[at] as Value) : fromJson(items[at]);
}

export function isMapOfJson(value: Value): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && typeOfObject(value) === 'map' && !(value instanceof MadeMap);
}

/** CEL, Overflow: an int that does not fit is an error and no other int. */
export function asInt(value: bigint, place?: Place): bigint {
  if (value >= MIN_INT && value <= MAX_INT) return value;
  throw new Failure('no-result', 'A whole number gets larger than 64 bits. Call again with a smaller one.', place);
}

export function asString(value: Value, place: Place): string {
  if (typeof value !== 'string') throw wrongType(typeOf(value), 'a string', place);
  return value;
}

export function asBool(value: Value, place: Place): boolean {
  if (typeof value !== 'boolean') throw wrongType(typeOf(value), 'true or false', place);
  return value;
}
