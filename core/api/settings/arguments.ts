/** What a pack asks of the arguments of every tool, beside what its rules ask of some. */
import * as z from 'zod';
import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS, MAX_JSON_VALUES } from '../../mcp/json-size.ts';
import { integerSchema, quantitySchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { modeSchema } from '../modes.ts';

const SCHEMA_MODES = ['Enforce', 'Shadow', 'Off'] as const;

const SMALLEST = 'The smallest over all packs of a server wins. Default: no limit beside those of every request.';

/** In the words of JSON Schema where it has one. */
const LIMITS = {
  maxDepth: integerSchema(1, MAX_JSON_DEPTH, 8)
    .optional()
    .describe(
      `Most levels of objects and lists, the arguments themselves being the first, from 1 to ${MAX_JSON_DEPTH}. ${SMALLEST}`,
    ),
  maxLength: integerSchema(1, 4_194_304, 20_000)
    .optional()
    .describe(
      `Most characters (Unicode code points) of a text, also of a key, wherever it stands, from 1 to 4194304. ${SMALLEST}`,
    ),
  maxItems: integerSchema(1, MAX_JSON_VALUES, 500)
    .optional()
    .describe(`Most items of a list, wherever it stands, from 1 to ${MAX_JSON_VALUES}. ${SMALLEST}`),
  maxProperties: integerSchema(1, MAX_JSON_MEMBERS, 100)
    .optional()
    .describe(`Most keys of an object, the arguments included, from 1 to ${MAX_JSON_MEMBERS}. ${SMALLEST}`),
  maxSize: quantitySchema('16', '4Mi', '64Ki')
    .optional()
    .describe(`Most bytes of all arguments as they are sent, as a quantity from 16 to 4Mi. ${SMALLEST}`),
};

const NO_LIMIT = 'limits nothing; write for example `maxItems: 500`, or remove it';

const argumentLimitsSchema = z
  .strictObject({ mode: modeSchema('the limits'), ...LIMITS })
  .refine((said) => Object.keys(LIMITS).some((limit) => said[limit as keyof typeof LIMITS] !== undefined), NO_LIMIT)
  .meta(
    cel({
      rule: Object.keys(LIMITS)
        .map((limit) => `has(self.${limit})`)
        .join(' || '),
      message: NO_LIMIT,
    }),
  );

export const argumentSettingsSchema = z.strictObject({
  schema: z
    .enum(SCHEMA_MODES)
    .default('Off')
    .describe(
      'What becomes of a call whose arguments do not fit the inputSchema that the server listed for the tool last: Enforce denies it, Shadow records that it would be denied. A schema that cannot be used fits nothing; a tool that was not listed yet is not held against anything. In a pack with the mode Shadow, Enforce is Shadow. Default: Off, since the schema is what the server says of itself; where it is written, in quotes, since kubectl takes the bare word for false.',
    ),
  limits: argumentLimitsSchema
    .optional()
    .describe(
      'How large the arguments of a tool or a prompt may be, whichever it is: a call with larger ones is denied. Default: as large as a request may be.',
    ),
});
