/** Operators of CEL on values that are there. */
import { type Budget, FAILURE_STEPS } from './budget.ts';
import { isEqual, memberOf, order } from './compare.ts';
import { Failure, type Place, wrongType } from './failure.ts';
import { asBool, asInt, Duration, entryOf, listOf, MadeList, Timestamp, typeOf, type Value } from './values.ts';

export type Binary = (a: Value, b: Value, budget: Budget, place: Place) => Value;

const DIVIDED_BY_ZERO = 'A number would be divided by zero. Call again with another one.';
/** Characters of texts, or entries of lists, that are copied in the time of one unit. */
const COPIED = 16;

export const BINARY: Readonly<Record<string, Binary>> = {
  '==': isEqual,
  '!=': (a, b, budget, place) => !isEqual(a, b, budget, place),
  '<': (a, b, budget, place) => order(a, b, budget, place) < 0,
  '<=': (a, b, budget, place) => order(a, b, budget, place) <= 0,
  '>': (a, b, budget, place) => order(a, b, budget, place) > 0,
  '>=': (a, b, budget, place) => order(a, b, budget, place) >= 0,
  '+': add,
  '-': subtract,
  '*': (a, b, _, place) =>
    number(
      a,
      b,
      place,
      (x, y) => x * y,
      (x, y) => x * y,
    ),
  '/': (a, b, _, place) => number(a, b, place, divide, (x, y) => x / y),
  '%': (a, b, _, place) => number(a, b, place, remainder, undefined),
  in: isIn,
};

export const UNARY: Readonly<Record<string, (a: Value, place: Place) => Value>> = {
  '!': (a, place) => !asBool(a, place),
  neg(a, place) {
    if (typeof a === 'bigint') return asInt(-a, place);
    if (typeof a === 'number') return -a;
    throw wrongType(typeOf(a), 'a number', place);
  },
};

function number(
  a: Value,
  b: Value,
  place: Place,
  ints: (x: bigint, y: bigint) => bigint,
  doubles: ((x: number, y: number) => number) | undefined,
): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return asInt(ints(a, b), place);
  if (typeof a === 'number' && typeof b === 'number' && doubles !== undefined) return doubles(a, b);
  throw wrongType(typeOf(a), `what can be reckoned with the type ${typeOf(b)}`, place);
}

function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Failure('no-result', DIVIDED_BY_ZERO);
  return a / b;
}

function remainder(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Failure('no-result', DIVIDED_BY_ZERO);
  return a % b;
}

function add(a: Value, b: Value, budget: Budget, place: Place): Value {
  if (typeof a === 'string' && typeof b === 'string') {
    budget.spend((a.length + b.length) / COPIED);
    return a + b;
  }
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ms + b.ms);
  if (a instanceof Timestamp && b instanceof Duration) return new Timestamp(a.ms + b.ms);
  const [one, other] = [listOf(a), listOf(b)];
  if (one !== undefined && other !== undefined) {
    budget.spend(one.length + other.length);
    return new MadeList([...one.map((_, at) => entryOf(a, one, at)), ...other.map((_, at) => entryOf(b, other, at))]);
  }
  return number(
    a,
    b,
    place,
    (x, y) => x + y,
    (x, y) => x + y,
  );
}

function subtract(a: Value, b: Value, _: Budget, place: Place): Value {
  if (a instanceof Timestamp && b instanceof Timestamp) return new Duration(a.ms - b.ms);
  if (a instanceof Timestamp && b instanceof Duration) return new Timestamp(a.ms - b.ms);
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ms - b.ms);
  return number(
    a,
    b,
    place,
    (x, y) => x - y,
    (x, y) => x - y,
  );
}

/** Of a list, whether some entry is equal; an entry that cannot be held against it counts only where none is. */
function isIn(a: Value, b: Value, budget: Budget, place: Place): Value {
  const items = listOf(b);
  if (items === undefined) return memberOf(b, a, budget, place) !== undefined;
  let failure: unknown = undefined;
  for (let at = 0; at < items.length; at++) {
    try {
      if (isEqual(a, entryOf(b, items, at), budget, place)) return true;
    } catch (error) {
      failure ??= error;
      if (budget.left < 0) break;
      budget.spend(FAILURE_STEPS);
    }
  }
  if (failure !== undefined) throw failure;
  return false;
}
