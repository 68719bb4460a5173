/** What can be asked of an argument whatever it is, and of those that are texts or numbers. */
import * as z from 'zod';
import { integerSchema } from '../../common.ts';
import { INT_OR_STRING } from '../../kubernetes.ts';
import { whyNoPattern } from '../../../whole-pattern.ts';

/** In words of JSON Schema: https://json-schema.org/draft/2020-12/json-schema-validation */
const MAX_LENGTH = 1_048_576;

const NOT_A_VALUE = 'is not a text of at most 1024 characters or a whole number; write values, for example [EUR, USD]';

const values = z
  .array(
    // No fractions and no booleans: rules of a CRD do not see a list of anything, and `type: boolean` says the latter.
    z.union([z.int(NOT_A_VALUE), z.string(NOT_A_VALUE).max(1024, NOT_A_VALUE)], NOT_A_VALUE).meta(INT_OR_STRING),
  )
  .min(1)
  .max(256)
  .optional()
  .describe(
    'Of texts and numbers: the values that it may have, in their exact form. 1 to 256 texts of at most 1024 characters or whole numbers. Default: any.',
  );

export const OF_ANY = {
  required: z
    .boolean()
    .optional()
    .describe('Whether it has to be sent; null counts as not sent. Default: false, so that what is not sent is fine.'),
  forbidden: z
    .boolean()
    .optional()
    .describe('Whether it must not be sent; null counts as not sent. Not with required. Default: false.'),
};

export const OF_TEXTS = {
  enum: values,
  pattern: z
    .string()
    .min(1)
    .max(1024)
    .superRefine((pattern, ctx) => {
      const message = whyNoPattern(pattern);
      if (message !== undefined) ctx.addIssue({ code: 'custom', message });
    })
    .optional()
    .describe(
      'Of texts: an RE2 pattern that all of it has to match, not only a part. 1 to 1024 characters. Default: any.',
    ),
  maxLength: integerSchema(0, MAX_LENGTH, 200)
    .optional()
    .describe('Of texts: the most characters (Unicode code points) that it may have, up to 1048576. Default: any.'),
};

export const OF_NUMBERS = {
  enum: values,
  min: z.number().optional().describe('Of numbers: the smallest that it may be. Default: any.'),
  max: z.number().optional().describe('Of numbers: the largest that it may be. Default: any.'),
};

interface Said {
  readonly required?: unknown;
  readonly forbidden?: unknown;
  readonly min?: unknown;
  readonly max?: unknown;
}

/** What no value could meet. */
export function checkContradictions({ required, forbidden, min, max }: Said, ctx: z.RefinementCtx): void {
  const say = (path: string, message: string): void => ctx.addIssue({ code: 'custom', path: [path], message });
  if (required === true && forbidden === true) say('forbidden', 'contradicts `required: true`; remove one of them');
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    say('max', `is smaller than min; write a number from ${min} on`);
}

/** The same for an API server. */
export const CONTRADICTIONS = [
  {
    rule: '!has(self.required) || !has(self.forbidden) || !self.required || !self.forbidden',
    message: 'forbidden contradicts `required: true`; remove one of them',
  },
  {
    rule: '!has(self.min) || !has(self.max) || self.min <= self.max',
    message: 'max is smaller than min; exchange them',
  },
];
