/**
 * An expression made ready to be evaluated: a tree of functions, made once for each policy. Each takes a unit of the budget whenever it is
 * asked, and more where a value is gone through, so that no call can make an evaluation take longer than it may.
 */
import { escapePart } from '../json-pointer.ts';
import { FAILURE_STEPS } from './budget.ts';
import { memberOf } from './compare.ts';
import { prepareMacro } from './comprehensions.ts';
import type { Expression } from './expression.ts';
import { Failure, type Place, wrongType } from './failure.ts';
import type { Frame, Step } from './frame.ts';
import { prepareFunction } from './functions.ts';
import { BINARY, UNARY } from './operators.ts';
import { asBool, asInt, entryOf, listOf, MadeList, MadeMap, TypeName, typeOf, type Value } from './values.ts';
import { readVariable } from './variables.ts';

/** `scope`: the variables of macros around it, the innermost last. Throws on what no gate of this version can evaluate. */
export function prepare(expression: Expression, scope: readonly string[] = []): Step {
  switch (expression[0]) {
    case 'value':
      return constant(expression[1]);
    case 'int':
      return constant(asInt(BigInt(expression[1])));
    case 'double':
      return constant(expression[1]);
    case 'type':
      return constant(new TypeName(expression[1]));
    case 'name':
      return prepareName(expression[1], scope);
    case 'field':
    case 'has':
      return prepareMember(expression, scope);
    case 'list': {
      const steps = expression[1].map((one) => prepare(one, scope));
      return (frame) => {
        frame.spend(1 + steps.length);
        return new MadeList(steps.map((step) => step(frame)));
      };
    }
    case 'map': {
      const pairs = expression[1].map(([key, value]) => [prepare(key, scope), prepare(value, scope)] as const);
      return (frame) => {
        frame.spend(1 + pairs.length);
        return new MadeMap(new Map(pairs.map(([key, value]) => [key(frame), value(frame)])));
      };
    }
    case 'and':
      return prepareLogic(false, expression[1], expression[2], scope);
    case 'or':
      return prepareLogic(true, expression[1], expression[2], scope);
    case 'if': {
      const [condition, yes, no] = [expression[1], expression[2], expression[3]].map((one) => prepare(one, scope));
      const place = placeOf(expression[1], scope);
      return (frame) => {
        frame.spend(1);
        return asBool(ask(condition, frame), place) ? ask(yes, frame) : ask(no, frame);
      };
    }
    case 'call':
      return prepareCall(expression[1], expression[2], scope);
    case 'each': {
      const [, macro, variable, range, bodies] = expression;
      const inner = [...scope, variable];
      const steps = bodies.map((body) => prepare(body, inner));
      return prepareMacro(macro, scope.length, prepare(range, scope), steps, placeOf(range, scope));
    }
  }
}

function ask(step: Step | undefined, frame: Frame): Value {
  return step === undefined ? null : step(frame);
}

function constant(value: Value): Step {
  return () => value;
}

function prepareName(name: string, scope: readonly string[]): Step {
  const slot = scope.lastIndexOf(name);
  if (slot === -1) return readVariable(name);
  return (frame) => {
    frame.spend(1);
    return frame.slots[slot] ?? null;
  };
}

/** Where the arguments have it, as far as that is written out. */
function placeOf(expression: Expression | undefined, scope: readonly string[]): Place {
  if (expression === undefined) return undefined;
  if (expression[0] === 'name') return expression[1] === 'arguments' && !scope.includes('arguments') ? '' : undefined;
  const key = keyOf(expression);
  if (key === undefined) return undefined;
  const outer = placeOf(key.of, scope);
  return outer === undefined ? undefined : `${outer}/${escapePart(key.name)}`;
}

function keyOf(expression: Expression): { readonly of: Expression; readonly name: string } | undefined {
  if (expression[0] === 'field') return { of: expression[1], name: expression[2] };
  if (expression[0] !== 'call' || expression[1] !== '[]') return undefined;
  const [of, index] = expression[2];
  if (of === undefined || index === undefined) return undefined;
  if (index[0] === 'value' && typeof index[1] === 'string') return { of, name: index[1] };
  return index[0] === 'int' ? { of, name: index[1] } : undefined;
}

function prepareMember(
  expression: Expression & readonly ['field' | 'has', ...unknown[]],
  scope: readonly string[],
): Step {
  const [kind, of, name] = expression as readonly ['field' | 'has', Expression, string];
  const step = prepare(of, scope);
  const outer = placeOf(of, scope);
  const place = outer === undefined ? undefined : `${outer}/${escapePart(name)}`;
  if (kind === 'has') {
    return (frame) => {
      frame.spend(1);
      return memberOf(step(frame), name, frame, outer) !== undefined;
    };
  }
  return (frame) => {
    frame.spend(1);
    return there(memberOf(step(frame), name, frame, outer), name, place);
  };
}

/** Null is there: it was sent. */
function there(value: Value | undefined, name: string, place: Place): Value {
  if (value !== undefined) return value;
  const message =
    place === undefined ? `Something lacks "${name}", which the rule asks for.` : 'It is missing. Call again with it.';
  throw new Failure('missing', message, place);
}

/** CEL, Logical Operators: what one side decides alone holds whatever is wrong with the other. */
function prepareLogic(deciding: boolean, left: Expression, right: Expression, scope: readonly string[]): Step {
  const [one, other] = [prepare(left, scope), prepare(right, scope)];
  const [atOne, atOther] = [placeOf(left, scope), placeOf(right, scope)];
  return (frame) => {
    frame.spend(1);
    let failure: unknown = undefined;
    try {
      if (asBool(one(frame), atOne) === deciding) return deciding;
    } catch (error) {
      if (frame.left < 0) throw error;
      frame.spend(FAILURE_STEPS);
      failure = error;
    }
    if (asBool(other(frame), atOther) === deciding) return deciding;
    if (failure !== undefined) throw failure;
    return !deciding;
  };
}

function prepareCall(name: string, args: readonly Expression[], scope: readonly string[]): Step {
  const steps = args.map((one) => prepare(one, scope));
  const [first, second] = steps;
  const place = args.map((one) => placeOf(one, scope)).find((one) => one !== undefined);
  const binary = Object.hasOwn(BINARY, name) ? BINARY[name] : undefined;
  if (binary !== undefined && first !== undefined && second !== undefined && steps.length === 2) {
    return (frame) => {
      frame.spend(1);
      return binary(first(frame), second(frame), frame, place);
    };
  }
  const unary = Object.hasOwn(UNARY, name) ? UNARY[name] : undefined;
  if (unary !== undefined && first !== undefined && steps.length === 1) {
    return (frame) => {
      frame.spend(1);
      return unary(first(frame), place);
    };
  }
  if (name === '[]' && first !== undefined && second !== undefined) {
    const at = placeOf(['call', name, args], scope);
    return (frame) => {
      frame.spend(1);
      return entryAt(first(frame), second(frame), frame, at);
    };
  }
  const apply = prepareFunction(name, args);
  if (apply === undefined) throw new Failure('failed', 'This gate has no such function.');
  return (frame) => {
    frame.spend(1 + steps.length);
    return apply(
      steps.map((step) => step(frame)),
      frame,
      place,
    );
  };
}

function entryAt(of: Value, index: Value, frame: Frame, place: Place): Value {
  const items = listOf(of);
  if (items === undefined)
    return there(memberOf(of, index, frame, undefined), typeof index === 'string' ? index : typeOf(index), place);
  if (typeof index !== 'bigint') throw wrongType(typeOf(index), 'a whole number', place);
  if (index < 0n || index >= BigInt(items.length)) return there(undefined, String(index), place);
  return entryOf(of, items, Number(index));
}
