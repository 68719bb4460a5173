/** What a standing grant says of one argument of the calls that it lets through. */
import * as z from 'zod';
import { whyNoPattern } from '../whole-pattern.ts';
import { cel, INT_OR_STRING } from './kubernetes.ts';

/** RFC 6901, of one part at least: the whole of the arguments is not one of them. */
const POINTER = /^(\/([^~/\p{Cc}]|~[01])*)+$/u;
const NOT_A_POINTER =
  'is not a JSON Pointer into the arguments (RFC 6901); write for example /amount, or /to/iban for a member of a member';

export const MAX_POINTER = 256;
/** Of a text among the values, in UTF-16 units. */
export const MAX_GRANTED_TEXT = 1024;
export const MAX_GRANTED_JSON = 4096;
export const MAX_GRANT_ARGUMENTS = 64;

const NOT_A_VALUE =
  'is not a text of at most 1024 characters or a whole number; write values, for example [EUR, USD], and anything else as `json`';

/** Ways to say what the value may be, one of which each entry has; a range may have both ends. */
const WAYS = ['enum', 'pattern', 'range', 'json', 'any'] as const;

const NOT_ONE_WAY =
  'does not say what the value may be, or says it twice; write one of enum, pattern, min and max, json, or any: true';
const EMPTY_RANGE = 'max is smaller than min; exchange them';

interface Said {
  readonly enum?: unknown;
  readonly pattern?: unknown;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly json?: unknown;
  readonly any?: unknown;
}

function waysOf(said: Said): (typeof WAYS)[number][] {
  const { min, max, ...others } = said;
  const range = min === undefined && max === undefined ? undefined : true;
  return WAYS.filter((way) => ({ ...others, range })[way] !== undefined);
}

export const grantArgumentSchema = z
  .strictObject({
    at: z
      .string()
      .max(MAX_POINTER)
      .regex(POINTER, NOT_A_POINTER)
      .describe('Which argument, as a JSON Pointer (RFC 6901) such as /amount. Required, at most 256 characters.'),
    enum: z
      .array(
        z
          .union([z.int(NOT_A_VALUE), z.string(NOT_A_VALUE).max(MAX_GRANTED_TEXT, NOT_A_VALUE)], NOT_A_VALUE)
          .meta(INT_OR_STRING),
      )
      .min(1)
      .max(64)
      .optional()
      .describe(
        'The values that it may have, exactly. 1 to 64 texts of at most 1024 characters or whole numbers. Default: another word says it.',
      ),
    pattern: z
      .string()
      .min(1)
      .max(MAX_GRANTED_TEXT)
      .superRefine((pattern, ctx) => {
        const message = whyNoPattern(pattern);
        if (message !== undefined) ctx.addIssue({ code: 'custom', message });
      })
      .optional()
      .describe(
        'An RE2 pattern that all of it has to match; it has to be a text. 1 to 1024 characters. Default: another word says it.',
      ),
    min: z.number().optional().describe('The smallest number that it may be. Default: any, where max is there.'),
    max: z.number().optional().describe('The largest number that it may be. Default: any, where min is there.'),
    json: z
      .string()
      .min(1)
      .max(MAX_GRANTED_JSON)
      .refine(isJson, 'is not JSON; write the one value, for example true, or {"currency":"EUR"}')
      .optional()
      .describe(
        'The one value that it may have, as JSON: for what is neither a text nor a whole number. At most 4096 characters. Default: another word says it.',
      ),
    any: z
      .literal(true)
      .optional()
      .describe(
        'Whether it may be anything, also missing; the other words ask for it to be there. Default: another word says it.',
      ),
  })
  .superRefine((said, ctx) => {
    if (waysOf(said).length !== 1) ctx.addIssue({ code: 'custom', message: NOT_ONE_WAY });
    if (said.min !== undefined && said.max !== undefined && said.min > said.max) {
      ctx.addIssue({ code: 'custom', path: ['max'], message: EMPTY_RANGE });
    }
  })
  .meta(
    cel(
      {
        rule: '[has(self.enum), has(self.pattern), has(self.min) || has(self.max), has(self.json), has(self.any)].filter(said, said).size() == 1',
        message: NOT_ONE_WAY,
      },
      { rule: '!has(self.min) || !has(self.max) || self.min <= self.max', message: EMPTY_RANGE },
    ),
  );

export type GrantArgument = z.infer<typeof grantArgumentSchema>;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
