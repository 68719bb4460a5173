/** The schema of audit lines as a document for others (JSON Schema, draft 2020-12). */
import * as z from 'zod';
import { auditLineSchema } from './lines.ts';

/**
 * Additional fields are no fault in it: the version stays as long as events and fields are only added, so readers pass over what they
 * do not know.
 */
export function auditJsonSchema(): string {
  const schema = z.toJSONSchema(auditLineSchema, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'throw',
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const { $schema, ...rest } = schema;
  const head = {
    $schema,
    $id: 'https://sallyport.dev/schemas/audit-record-v2.json',
    title: 'A line of a Sallyport audit log, schema version 2',
    description: 'Each line is canonical JSON (RFC 8785). Events and fields may be added while the version stays.',
  };
  return JSON.stringify({ ...head, ...rest }, undefined, 2);
}
