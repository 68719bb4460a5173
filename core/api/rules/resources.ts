/** Rules on resources. */
import * as z from 'zod';
import { lineSchema } from '../common.ts';
import { checkApproval, NEEDS_NO_APPROVAL } from './approval.ts';
import { MAX_RULES, ruleFields } from './fields.ts';
import { whenSchema } from './when.ts';

const resourceRuleSchema = z
  .strictObject({
    uris: z
      .array(lineSchema(2048, 'file:///data/**'))
      .min(1)
      .max(256)
      .describe(
        'Resources the rule applies to; * stands for any characters but /, ** for any characters. Required, 1 to 256 entries of at most 2048 characters.',
      ),
    ...ruleFields,
    when: whenSchema('resource', 'requests').optional(),
  })
  .superRefine(checkApproval)
  .meta(NEEDS_NO_APPROVAL);

export const resourceRulesSchema = z
  .array(resourceRuleSchema)
  .max(MAX_RULES)
  .optional()
  .describe('Rules on resources. At most 1000. Default: none.');
