/** Rules on tools. */
import * as z from 'zod';
import { lineSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { checkApproval, NEEDS_NO_APPROVAL } from './approval.ts';
import { argumentsSchema } from './arguments.ts';
import { MAX_RULES, ruleFields } from './fields.ts';
import { whenSchema } from './when.ts';

const toolRuleSchema = z
  .strictObject({
    names: z
      .array(lineSchema(256, 'get_*'))
      .min(1)
      .max(256)
      .describe(
        'Tools the rule applies to; * stands for any characters. Required, 1 to 256 entries of at most 256 characters.',
      ),
    ...ruleFields,
    when: whenSchema('tool', 'calls').optional(),
    arguments: argumentsSchema
      .optional()
      .describe(
        'Constraints by the name of a parameter, or by a JSON Pointer into the arguments such as /edits/*/path, where * stands for every entry of a list or object. A call that breaks one is denied, whatever other rules allow. What is not sent breaks only `required`. Not with the effect Deny. At most 64. Default: none.',
      ),
  })
  .superRefine(checkApproval)
  .superRefine(checkArguments)
  .meta(
    cel(...NEEDS_NO_APPROVAL['x-kubernetes-validations'], {
      rule: "!has(self.arguments) || self.effect != 'Deny'",
      message: 'arguments have no effect with Deny, which refuses the call whatever they are; remove them',
    }),
  );

function checkArguments(rule: { effect: string; arguments?: unknown }, ctx: z.RefinementCtx): void {
  if (rule.arguments === undefined || rule.effect !== 'Deny') return;
  const message =
    'has no effect with Deny, which refuses the call whatever its arguments; remove it, or allow the good arguments by a rule with `effect: Allow`';
  ctx.addIssue({ code: 'custom', path: ['arguments'], message });
}

export const toolRulesSchema = z
  .array(toolRuleSchema)
  .max(MAX_RULES)
  .optional()
  .describe('Rules on tools. At most 1000. Default: none.');
