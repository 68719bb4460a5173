import { expect, test } from 'vitest';
import * as z from 'zod';
import { auditJsonSchema } from './json-schema.ts';
import { AUDIT_LINES, auditLineSchema } from './lines.ts';

/** All objects in it, with the path of each. */
function objectsIn(schema: z.ZodType, path: string): [path: string, names: string[]][] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return objectsIn(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return objectsIn(schema.element as z.ZodType, `${path}[]`);
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  const below = Object.entries(shape).flatMap(([name, field]) => objectsIn(field, `${path}.${name}`));
  return [[path, Object.keys(shape)], ...below];
}

const objects = Object.entries(AUDIT_LINES).flatMap(([event, line]) => objectsIn(line, event));

test.each(objects)('the fields of %s are in the order in which RFC 8785 writes them', (_, names) => {
  expect(names).toEqual(names.toSorted());
});

test('what is in no schema is no line of this version', () => {
  const line = {
    event: 'close',
    prev: '0'.repeat(64),
    seq: 0,
    server: 'a/b',
    stream: 's',
    time: '2026-11-21T10:00:00.000Z',
    v: 2,
  };
  expect(auditLineSchema.safeParse(line).success).toBe(true);
  expect(auditLineSchema.safeParse({ ...line, surprise: 1 }).success).toBe(false);
  expect(auditLineSchema.safeParse({ ...line, event: 'surprise' }).success).toBe(false);
});

test('the published schema keeps the order of fields, says what each is, and lets readers meet fields of later versions', () => {
  const text = auditJsonSchema();
  const { oneOf } = JSON.parse(text) as { oneOf: { properties: object; description: string }[] };
  expect(oneOf.map(({ properties }) => Object.keys(properties))).toEqual(
    Object.values(AUDIT_LINES).map(({ shape }) => Object.keys(shape)),
  );
  expect(oneOf.every(({ description }) => description !== '')).toBe(true);
  expect(text).not.toContain('additionalProperties": false');
});
