import { expect, it } from 'vitest';
import { violationsOf } from './evaluate.ts';
import { withFormats } from './placeholders.ts';
import { prepareSchema } from './prepare.ts';

const fits = (schema: object, value: unknown): boolean => {
  const { schema: prepared } = prepareSchema(withFormats(schema));
  return prepared !== undefined && violationsOf(prepared, value, () => true)?.length === 0;
};

it('a placeholder fits nothing that has a format, wherever that stands', () => {
  const schema = { properties: { to: { items: { type: 'string', format: 'email', allOf: [{ minLength: 1 }] } } } };
  expect(fits(schema, { to: ['ada@maths.example'] })).toBe(true);
  expect(fits(schema, { to: ['[redacted: email-1]'] })).toBe(false);
  expect(fits(schema, { to: [''] })).toBe(false);
});

it('a placeholder fits a string without one, and a property may be called so', () => {
  const schema = { properties: { format: { type: 'string' }, kind: { const: { format: 'email' } } } };
  expect(fits(schema, { format: '[redacted: email-1]', kind: { format: 'email' } })).toBe(true);
});
