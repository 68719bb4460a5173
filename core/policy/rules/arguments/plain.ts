/** The check of an argument of which only the type in JSON is known. */
import * as z from 'zod';
import { constraintFinding } from './constraint-finding.ts';
import type { ArgumentCheck, ArgumentType, Found } from './argument-type.ts';

function plainType<const Name extends string>(type: Name, what: string, is: (value: unknown) => boolean) {
  const schema = z.strictObject({ type: z.literal(type) });
  const wrong: Found = { finding: constraintFinding('type', `It must be ${what}.`), at: '' };
  const check: ArgumentCheck = {
    inspect: (value) => (value === null || value === undefined || is(value) ? undefined : wrong),
  };
  return { schema, compile: () => ({ type }), prepare: () => check } as ArgumentType<typeof schema>;
}

export const plainArguments = {
  string: plainType('string', 'a string', (value) => typeof value === 'string'),
  number: plainType('number', 'a number', (value) => typeof value === 'number'),
  integer: plainType('integer', 'a whole number', Number.isInteger),
  boolean: plainType('boolean', 'true or false', (value) => typeof value === 'boolean'),
  array: plainType('array', 'a list', Array.isArray),
  object: plainType('object', 'an object', (value) => typeof value === 'object' && !Array.isArray(value)),
  any: plainType('any', 'anything', () => true),
};
