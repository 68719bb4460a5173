/** What every rule on a call can say, whatever the call is about. */
import * as z from 'zod';
import { lineSchema, nameSchema } from '../common.ts';
import { RULE_EFFECTS } from '../effects.ts';
import { modeSchema } from '../modes.ts';
import { approvalSchema } from './approval.ts';
import { principalsSchema } from './principals.ts';

/** Of one list of rules. */
export const MAX_RULES = 1000;

export const ruleFields = {
  name: nameSchema('transfer-needs-approval')
    .optional()
    .describe(
      'Name of the rule in decisions and audit records, unique within the pack. At most 63 characters. Default: its place, such as tools[2].',
    ),
  effect: z
    .enum(RULE_EFFECTS)
    .describe(
      'What the rule does with a call it applies to: Allow, Log (allow and mark the record), RequireApproval (hold until a person decides) or Deny. The strictest effect of all rules wins; without an allowing rule a call is denied. Required.',
    ),
  mode: modeSchema('the rule'),
  principals: principalsSchema.optional().describe('Whose calls the rule applies to. Default: everyone.'),
  reason: lineSchema(300, 'transfers need a second person')
    .optional()
    .describe(
      'Sentence shown to the model and to the approver. At most 300 characters. Default: a sentence that names the rule.',
    ),
  approval: approvalSchema
    .optional()
    .describe('How a held call waits; only with the effect RequireApproval. Default: expires 15m, hold 45s.'),
};
