/** Rules on prompts. */
import * as z from 'zod';
import { lineSchema } from '../common.ts';
import { checkApproval, NEEDS_NO_APPROVAL } from './approval.ts';
import { MAX_RULES, ruleFields } from './fields.ts';
import { whenSchema } from './when.ts';

const promptRuleSchema = z
  .strictObject({
    names: z
      .array(lineSchema(256, 'summarise'))
      .min(1)
      .max(256)
      .describe(
        'Prompts the rule applies to; * stands for any characters. Required, 1 to 256 entries of at most 256 characters.',
      ),
    ...ruleFields,
    when: whenSchema('prompt', 'requests').optional(),
  })
  .superRefine(checkApproval)
  .meta(NEEDS_NO_APPROVAL);

export const promptRulesSchema = z
  .array(promptRuleSchema)
  .max(MAX_RULES)
  .optional()
  .describe('Rules on prompts. At most 1000. Default: none.');
