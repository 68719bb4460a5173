/**
 * What has to come before a call, and what must not have. Other calls in between change nothing: one harmless call would be the way
 * around every rule that they broke.
 */
import * as z from 'zod';
import { durationSchema, integerSchema, lineSchema, nameSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { modeSchema } from '../modes.ts';
import { approvalSchema, checkApproval, NEEDS_NO_APPROVAL } from './approval.ts';
import { MAX_NAME, NAME, NOT_A_NAME } from './arguments.ts';
import { membersSchema } from './members.ts';
import { principalsSchema } from './principals.ts';
import { checkWords, WORDS } from './sequence-shapes.ts';

export const SEQUENCE_EFFECTS = ['Log', 'RequireApproval', 'Deny'] as const;
export const SEQUENCE_PER = ['session', 'principal', 'group'] as const;
export const SEQUENCE_ACROSS = ['Server', 'Namespace'] as const;

const placeSchema = z.string().max(MAX_NAME, NOT_A_NAME).regex(NAME, NOT_A_NAME);
const withinSchema = durationSchema('1s', '744h', '30m');

const ONE_PLACE = 'names no place, or two; write exactly one of result and argument';
const equalsSchema = z
  .strictObject({
    result: placeSchema
      .optional()
      .describe(
        'Place in what the first call answered: in its structured result or, where there is none, in the JSON of its text. A name, or a JSON pointer such as /draft/id, where * stands for every entry. Default: it is in the arguments.',
      ),
    argument: placeSchema
      .optional()
      .describe('Place in the arguments of the first call, likewise. Default: it is in the result.'),
  })
  .superRefine(({ result, argument }, ctx) => {
    if ((result === undefined) === (argument === undefined)) ctx.addIssue({ code: 'custom', message: ONE_PLACE });
  })
  .meta(cel({ rule: 'has(self.result) != has(self.argument)', message: ONE_PLACE }));

const matchSchema = z.strictObject({
  argument: placeSchema.describe(
    'Place in the arguments of the second call: a name, or a JSON pointer such as /draft/id, where * stands for every entry. Where nothing is there, nothing equals it. Required.',
  ),
  equals: equalsSchema.describe('What of the first call it has to be the same as. Required.'),
});

const countSchema = z.strictObject({
  of: membersSchema.describe('Which calls are counted, all of them together. Required.'),
  moreThan: integerSchema(1, 1_000_000, 20).describe('How many may be sent; the next one is one too many. Required.'),
  within: withinSchema.describe('In which time, which slides along, as a duration from 1s to 744h. Required.'),
});

const sequenceSchema = z
  .strictObject({
    name: nameSchema('confirm-first')
      .optional()
      .describe(
        'Name of the rule in decisions and audit records, unique within the pack. At most 63 characters. Default: its place, such as sequences[2].',
      ),
    require: membersSchema
      .optional()
      .describe('What has to have been called before, with success. Goes with `before` and `within`.'),
    before: membersSchema.optional().describe('Which calls need that.'),
    uses: integerSchema(1, 1, 1)
      .optional()
      .describe(
        'How many calls one that was required is good for: 1, the next one needs another. Goes with `require`. Default: any number while the time lasts.',
      ),
    match: matchSchema
      .optional()
      .describe(
        'Both calls have to be about the same thing: a draft that was made, say, and not another one. Goes with `require`. Default: any earlier call will do.',
      ),
    after: membersSchema
      .optional()
      .describe('What must not come before: it counts from when it is sent. Goes with `forbid` and `within`.'),
    followedBy: z
      .array(membersSchema)
      .min(1)
      .max(3)
      .optional()
      .describe(
        'Further calls that have to have followed, in this order, each within the time, before anything is forbidden. Goes with `after`. 1 to 3 entries. Default: none.',
      ),
    forbid: membersSchema.optional().describe('Which calls must not follow it.'),
    count: countSchema.optional().describe('So many calls in so much time are too many.'),
    order: z
      .array(lineSchema(256, 'create_draft'))
      .min(2)
      .max(8)
      .optional()
      .describe(
        'Tools in strict order: each but the first may be called only when the one in front of it was the last of them that succeeded. * stands for any characters. Goes with `within`. 2 to 8 entries.',
      ),
    within: withinSchema
      .optional()
      .describe(
        'For how long the earlier call counts, as a duration from 1s to 744h. Required, but with `count`, which has its own.',
      ),
    per: z
      .enum(SEQUENCE_PER)
      .default('principal')
      .describe(
        'Whose calls are looked at together: session (of one principal; where there are no sessions, all of the principal: a client that opens another session starts anew), principal, or group (of anybody in one of the groups of the caller, or of those in `principals.groups`). Default: principal.',
      ),
    across: z
      .enum(SEQUENCE_ACROSS)
      .default('Server')
      .describe(
        'Server: the calls of one MCPServer. Namespace: those of all servers of its namespace that the pack applies to and that share a store (spec.state.valkey). Default: Server.',
      ),
    principals: principalsSchema.optional().describe('Whose calls the rule applies to. Default: those of everyone.'),
    effect: z
      .enum(SEQUENCE_EFFECTS)
      .default('Deny')
      .describe(
        'What becomes of a call that breaks it: Log (passes, on record), RequireApproval (held until a person decides, who is told which earlier call it is about) or Deny. Default: Deny.',
      ),
    mode: modeSchema('the rule'),
    approval: approvalSchema
      .optional()
      .describe('How a held call waits; only with the effect RequireApproval. Default: expires 15m, hold 45s.'),
    reason: lineSchema(300, 'a draft is looked at before it is sent')
      .optional()
      .describe(
        'Sentence shown to the model and to the approver, besides which earlier call it is about. At most 300 characters. Default: none.',
      ),
  })
  .superRefine(checkWords)
  .superRefine((rule, ctx) => checkApproval(rule, ctx))
  .meta(cel(...NEEDS_NO_APPROVAL['x-kubernetes-validations'], ...WORDS));

export type SaidSequence = z.infer<typeof sequenceSchema>;

export const sequencesSchema = z.array(sequenceSchema).max(64);
