/** What a condition reads of a call, for people who ask why it says what it says. Not for a call's path. */
import { MAX_STEPS } from './budget.ts';
import { prepare } from './evaluate.ts';
import { type Expression, partsOf } from './expression.ts';
import { Failure } from './failure.ts';
import { type Facts, Frame } from './frame.ts';
import { Timestamp, type Value } from './values.ts';

export interface Seen {
  /** Such as `arguments.amount`. */
  readonly what: string;
  /** As JSON, or why it cannot be read. */
  readonly value: string;
}

/** In the order in which they stand, each once. */
export function seenBy(
  expression: Expression,
  facts: Facts,
  subject: string,
  args: object | undefined,
): readonly Seen[] {
  const seen = new Map<string, string>();
  for (const [what, one] of readings(expression, [])) {
    if (!seen.has(what)) seen.set(what, shown(one, new Frame(facts, subject, args, MAX_STEPS)));
  }
  return [...seen].map(([what, value]) => ({ what, value }));
}

/** The longest ways from a variable of the rule to a member; what macros name is part of what they go through. */
function readings(expression: Expression, scope: readonly string[]): readonly (readonly [string, Expression])[] {
  const path = pathOf(expression, scope);
  if (path !== undefined)
    return [[path, expression[0] === 'has' ? ['field', expression[1], expression[2]] : expression]];
  if (expression[0] === 'each') {
    const inner = [...scope, expression[2]];
    return [...readings(expression[3], scope), ...expression[4].flatMap((body) => readings(body, inner))];
  }
  return partsOf(expression).flatMap((part) => readings(part, scope));
}

function pathOf(expression: Expression, scope: readonly string[]): string | undefined {
  if (expression[0] === 'name') return scope.includes(expression[1]) ? undefined : expression[1];
  if (expression[0] === 'field' || expression[0] === 'has') {
    const of = pathOf(expression[1], scope);
    return of === undefined ? undefined : `${of}.${expression[2]}`;
  }
  const [of, index] = expression[0] === 'call' && expression[1] === '[]' ? expression[2] : [];
  const outer = of === undefined ? undefined : pathOf(of, scope);
  if (outer === undefined || index === undefined) return undefined;
  if (index[0] === 'value') return `${outer}[${JSON.stringify(index[1])}]`;
  return index[0] === 'int' ? `${outer}[${index[1]}]` : undefined;
}

function shown(expression: Expression, frame: Frame): string {
  try {
    return JSON.stringify(plain(prepare(expression)(frame)));
  } catch (error) {
    return error instanceof Failure && error.reason === 'missing' ? 'not there' : 'not readable';
  }
}

function plain(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Timestamp) return new Date(value.ms).toISOString();
  return value;
}
