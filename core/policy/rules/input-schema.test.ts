import { expect, it } from 'vitest';
import { pack, policyOf } from '../testing/gen.ts';
import { compileInputSchema } from './input-schema.ts';

const said = (schema?: 'Enforce' | 'Shadow' | 'Off') =>
  compileInputSchema('a/b', pack(schema === undefined ? {} : { arguments: { schema } }).spec);

it('is asked for, only recorded, or not spoken of', () => {
  const rule = { id: 'a/b#arguments.schema' };
  expect([said('Enforce'), said('Shadow'), said('Off'), said()]).toEqual([
    { inputSchema: rule },
    { shadowInputSchema: rule },
    {},
    {},
  ]);
});

it('only records in a pack in shadow', () => {
  const policy = policyOf(
    pack({ arguments: { schema: 'Enforce' } }, 'live'),
    pack({ arguments: { schema: 'Shadow' } }, 'tried'),
    pack({ mode: 'Shadow', arguments: { schema: 'Enforce' } }, 'trial'),
    pack({}, 'silent'),
  );
  expect(policy.inputSchemas).toEqual([
    { id: 'finance/live#arguments.schema', shadow: false },
    { id: 'finance/trial#arguments.schema', shadow: true },
    { id: 'finance/tried#arguments.schema', shadow: true },
  ]);
});
