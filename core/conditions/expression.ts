/**
 * A condition as a bundle has it: its syntax tree, checked when the pack was admitted. Gates evaluate trees and parse no text, so that
 * the parser of CEL is where packs are written and compiled, and not where calls come in.
 */

/** The first member says what it is. Plain JSON, so that it can stand in a bundle. */
export type Expression =
  | readonly ['value', string | boolean | null]
  /** In decimal digits: 64 bits (CEL, Values) are more than a number of JSON holds. */
  | readonly ['int', string]
  | readonly ['double', number]
  /** The name of a type, as `type()` gives it. */
  | readonly ['type', string]
  /** A variable of the rule, or one of a macro around it. */
  | readonly ['name', string]
  | readonly ['field', Expression, string]
  | readonly ['has', Expression, string]
  | readonly ['list', readonly Expression[]]
  | readonly ['map', readonly (readonly [Expression, Expression])[]]
  | readonly ['and' | 'or', Expression, Expression]
  | readonly ['if', Expression, Expression, Expression]
  /** An operator or a function; the receiver of a method is its first argument. */
  | readonly ['call', string, readonly Expression[]]
  /** A macro over the entries of a list or the keys of a map: its variable, the range, and what is asked of each. */
  | readonly ['each', Macro, string, Expression, readonly Expression[]];

export const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;
export type Macro = (typeof MACROS)[number];

/** As many nodes as a parser takes (LIMITS of parse.ts): none that was admitted is deeper. */
const MAX_DEPTH = 256;

/** Whether a value has the shape of an expression; what it means, only evaluating it tells. */
export function isExpression(value: unknown, depth = 0): value is Expression {
  if (!Array.isArray(value) || depth > MAX_DEPTH) return false;
  const inner = (one: unknown): boolean => isExpression(one, depth + 1);
  const [kind, a, b, c, d] = value as unknown[];
  switch (kind) {
    case 'value':
      return value.length === 2 && (a === null || typeof a === 'string' || typeof a === 'boolean');
    case 'int':
      return value.length === 2 && typeof a === 'string' && /^-?\d{1,19}$/.test(a);
    case 'double':
      return value.length === 2 && typeof a === 'number';
    case 'type':
    case 'name':
      return value.length === 2 && typeof a === 'string';
    case 'field':
    case 'has':
      return value.length === 3 && inner(a) && typeof b === 'string';
    case 'list':
      return value.length === 2 && Array.isArray(a) && a.every(inner);
    case 'map':
      return value.length === 2 && Array.isArray(a) && a.every((one) => isPair(one, inner));
    case 'and':
    case 'or':
      return value.length === 3 && inner(a) && inner(b);
    case 'if':
      return value.length === 4 && inner(a) && inner(b) && inner(c);
    case 'call':
      return value.length === 3 && typeof a === 'string' && Array.isArray(b) && b.every(inner);
    case 'each':
      return (
        value.length === 5 &&
        MACROS.includes(a as Macro) &&
        typeof b === 'string' &&
        inner(c) &&
        Array.isArray(d) &&
        d.length >= 1 &&
        d.length <= 2 &&
        d.every(inner)
      );
    default:
      return false;
  }
}

function isPair(value: unknown, inner: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(inner);
}

/** Those that stand directly below one. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression[0]) {
    case 'field':
    case 'has':
      return [expression[1]];
    case 'list':
      return expression[1];
    case 'map':
      return expression[1].flat();
    case 'and':
    case 'or':
      return [expression[1], expression[2]];
    case 'if':
      return [expression[1], expression[2], expression[3]];
    case 'call':
      return expression[2];
    case 'each':
      return [expression[3], ...expression[4]];
    default:
      return [];
  }
}

/** Whether it reads a variable of the rule. One of a macro that has the same name counts as well. */
export function reads(expression: Expression, variable: string): boolean {
  if (expression[0] === 'name') return expression[1] === variable;
  return partsOf(expression).some((part) => reads(part, variable));
}
