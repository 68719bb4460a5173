import { describe, expect, it } from 'vitest';
import { ARGUMENT_SAMPLES } from '../../../policy/testing/argument-samples.ts';
import type { ArgumentType } from './argument-type.ts';
import { argumentSchema } from './of-type.ts';
import { ARGUMENT_TYPES } from './types.ts';

const types = Object.entries<ArgumentType>(ARGUMENT_TYPES);
const complaints = (argument: unknown): string[] =>
  (argumentSchema.safeParse(argument).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe.each(types)('an argument of the type %s', (name, type) => {
  const sample: object = ARGUMENT_SAMPLES[name as keyof typeof ARGUMENT_TYPES];

  it('can be said', () => {
    expect(complaints(sample)).toEqual([]);
  });

  it('needs the fields that it cannot do without', () => {
    for (const field of type.required)
      expect(complaints({ ...sample, [field]: undefined })).toEqual([`${field}: is missing`]);
  });

  it('has no field of another type', () => {
    for (const [, other] of types) {
      for (const field of Object.keys(other.fields)) {
        if (field in type.fields) continue;
        expect(complaints({ ...sample, [field]: [] }).join()).toContain(`${field}: goes with the type`);
      }
    }
  });

  it('shares the schema of a field with every type that has one of this name', () => {
    for (const [, other] of types) {
      for (const [field, schema] of Object.entries(type.fields)) expect(other.fields[field] ?? schema).toBe(schema);
    }
  });
});

it('a type that there is not is the only thing to be said', () => {
  expect(complaints({ type: 'planet', roots: ['/data'] })).toHaveLength(1);
  expect(complaints(null)).toHaveLength(1);
});
