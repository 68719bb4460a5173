import { describe, expect, it } from 'vitest';
import { ARGUMENT_TYPES } from '../../../api/rules/arguments/types.ts';
import { Inspection } from '../../inspection.ts';
import { ARGUMENT_SAMPLES } from '../../testing/argument-samples.ts';
import { argumentSchema, compileArgument, prepareArgument } from './types.ts';

describe.each(Object.values(ARGUMENT_SAMPLES))('an argument of the type $type', (said) => {
  it('can be read back from a bundle as it was written there', () => {
    const written: unknown = JSON.parse(JSON.stringify(compileArgument(said)));
    expect(argumentSchema.parse(written)).toEqual(written);
    expect(argumentSchema.safeParse({ ...(written as object), more: 1 }).success).toBe(false);
  });

  it('is ready to be asked', () => {
    const inspection = new Inspection({ monotonic: () => 0 });
    const check = prepareArgument(compileArgument(said));
    const wrong = said.type === 'object' || said.type === 'array' ? 1 : {};
    expect(check.inspect(undefined, inspection, inspection.enforced) !== undefined).toBe(said.required === true);
    expect(check.inspect(wrong, inspection, inspection.enforced)).toBeDefined();
  });
});

it('there are types for all that a pack can name', () => {
  expect(Object.keys(ARGUMENT_SAMPLES)).toEqual(Object.keys(ARGUMENT_TYPES));
});
