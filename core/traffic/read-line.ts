/** Reads a line of a traffic log. Who can write the log is not who reads it: a line is taken as a whole or not at all. */
import * as z from 'zod';
import { EFFECTS } from '../api/effects.ts';
import { PARAMETER_TYPES } from '../inspect/typing/parameter-types.ts';
import { parseJson } from '../mcp/parse-json.ts';
import { isObject } from '../mcp/message.ts';
import {
  TRAFFIC_VERSION,
  type TrafficAnswer,
  type TrafficCall,
  type TrafficEnd,
  type TrafficHead,
  type TrafficLine,
  type TrafficTool,
} from './line.ts';
import type { Shape } from './shape.ts';

const text = z.string().max(4096);
const texts = z.array(text).max(256);
const count = z.int().nonnegative();
const time = z.iso.datetime();

const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('value'), value: z.union([text, z.number(), z.boolean(), z.null()]) }),
    z.strictObject({ is: z.literal('number'), above: z.number(), upTo: z.number(), whole: z.boolean() }),
    z.strictObject({
      is: z.literal('text'),
      chars: count,
      type: z.enum(PARAMETER_TYPES).exactOptional(),
      found: texts.exactOptional(),
    }),
    z.strictObject({ is: z.literal('path'), under: text, parts: count.max(4096) }),
    z.strictObject({ is: z.literal('url'), scheme: text, host: text, port: count.exactOptional() }),
    z.strictObject({ is: z.literal('host'), host: text, port: count.exactOptional() }),
    z.strictObject({ is: z.literal('shell'), programs: texts, chars: count }),
    z.strictObject({ is: z.literal('sql'), kinds: texts, tables: texts, chars: count }),
    z.strictObject({ is: z.literal('object'), members: z.record(text, shapeSchema), left: count.exactOptional() }),
    z.strictObject({ is: z.literal('array'), items: z.array(shapeSchema).max(64), count }),
  ]),
);

const resultSchema = z.strictObject({
  isError: z.boolean(),
  blocks: texts,
  count,
  bytes: count,
  found: texts.exactOptional(),
  error: z.int().exactOptional(),
});

const callSchema: z.ZodType<TrafficCall> = z.strictObject({
  call: count,
  time,
  principal: z.nullable(
    z.strictObject({
      kind: text,
      name: text,
      groups: texts,
      issuer: text.exactOptional(),
      scopes: texts.exactOptional(),
    }),
  ),
  session: text.exactOptional(),
  protocol: text.exactOptional(),
  method: text,
  kind: z.enum(['tool', 'resource', 'prompt', 'method']),
  name: text,
  arguments: shapeSchema.exactOptional(),
  effect: z.enum(EFFECTS).nullable(),
  rules: texts,
  outcome: text,
  reason: text,
  answer: z.strictObject({ effect: z.enum(EFFECTS), rules: texts }).exactOptional(),
  bytes: z.strictObject({ request: count, answer: count }),
  result: resultSchema.exactOptional(),
});

const headSchema: z.ZodType<TrafficHead> = z.strictObject({
  traffic: z.literal(TRAFFIC_VERSION),
  server: text,
  time,
  until: time,
  maxBytes: count,
  full: texts,
});
const answerSchema: z.ZodType<TrafficAnswer> = z.strictObject({ answered: count, result: resultSchema });
const toolSchema: z.ZodType<TrafficTool> = z.strictObject({ tool: z.record(z.string(), z.unknown()) });
const endSchema: z.ZodType<TrafficEnd> = z.strictObject({ end: z.enum(['time', 'size', 'closed']), time, lost: count });

const SCHEMAS = [
  ['call', callSchema],
  ['answered', answerSchema],
  ['tool', toolSchema],
  ['traffic', headSchema],
  ['end', endSchema],
] as const;

export type ReadLine = { readonly line: TrafficLine } | { readonly problem: string };

/** `problem`: why it is none, in words that quote nothing of it. */
export function readTrafficLine(written: string): ReadLine {
  let value: unknown;
  try {
    value = parseJson(written);
  } catch {
    return { problem: 'is no JSON, or only the beginning of it' };
  }
  if (!isObject(value)) return { problem: 'is no line of a traffic log' };
  // A later version may say all else in another way.
  const version = value['traffic'];
  if (version !== undefined && version !== TRAFFIC_VERSION)
    return {
      problem: `is of version ${typeof version === 'number' ? version : 'unknown'}, and this command reads version ${TRAFFIC_VERSION}`,
    };
  const [, schema] = SCHEMAS.find(([key]) => Object.hasOwn(value, key)) ?? [];
  if (schema === undefined) return { problem: 'is no line of a traffic log' };
  try {
    const read = schema.safeParse(value);
    if (read.success) return { line: read.data };
  } catch {
    // Deeper than gates write them, and than the stack is.
  }
  return { problem: 'is not a line as gates write it' };
}
