/** Arguments of which only the type in JSON is known, under its name in JSON Schema. No detector looks at them. */
import type { ArgumentType } from './argument-type.ts';

const NO_FIELDS = { fields: {}, required: [] } as const;

export const PLAIN_TYPES = {
  string: { what: 'string, any text', ...NO_FIELDS },
  number: { what: 'number', values: 'numbers', ...NO_FIELDS },
  integer: { what: 'integer, a number without a fraction', values: 'numbers', ...NO_FIELDS },
  boolean: { what: 'boolean, true or false', values: 'others', ...NO_FIELDS },
  array: { what: 'array, a list', values: 'others', ...NO_FIELDS },
  object: { what: 'object', values: 'others', ...NO_FIELDS },
  any: { what: 'any, whatever it is', values: 'any', ...NO_FIELDS },
} as const satisfies Readonly<Record<string, ArgumentType>>;
