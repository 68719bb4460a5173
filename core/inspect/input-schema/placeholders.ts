/**
 * `format` says nothing in a schema as gates read it, as in the specification; some clients enforce it all the same (ajv-formats, in the
 * official TypeScript SDK), and a placeholder fits none: `[redacted: email-1]` is no address.
 */
import { isObject } from '../../mcp/message.ts';

const PLACEHOLDER = { type: 'string', pattern: '\\[redacted: ' };
/** What stands in these is a value, whatever it looks like. */
const VALUES: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);
/** Deeper ones are refused when they are made ready. */
const MAX_DEPTH = 200;

/** The same schema, by which what has a format holds no placeholder. */
export function withFormats(schema: unknown, depth = 0): unknown {
  if (typeof schema !== 'object' || schema === null || depth > MAX_DEPTH) return schema;
  if (Array.isArray(schema)) return schema.map((one) => withFormats(one, depth + 1));
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    return [key, VALUES.has(key) ? value : withFormats(value, depth + 1)];
  });
  const copy = Object.fromEntries(entries);
  if (typeof copy['format'] !== 'string') return copy;
  const beside = Array.isArray(copy['allOf']) ? (copy['allOf'] as unknown[]) : [];
  return isObject(copy) ? { ...copy, allOf: [...beside, { not: PLACEHOLDER }] } : copy;
}
