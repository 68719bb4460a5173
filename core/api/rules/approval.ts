/** How a call waits for people, where a rule asks for them. */
import * as z from 'zod';
import { checkReachable, IS_REACHABLE, saidQuorum } from '../approvers.ts';
import { durationSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { channelNamesSchema, MAX_CHANNELS_OF_RULE } from '../notified.ts';
import { ruleGrantsSchema } from './grants.ts';

/** What holds where a rule is silent. */
export const DEFAULT_APPROVAL = { expires: '15m', hold: '45s' } as const;

/** Each way of choosing among them is an entry of a request, and there are twice as many ways with each path more. */
const MAX_PATHS = 3;

const pathSchema = z
  .strictObject({
    quorum: saidQuorum.quorum,
    approvers: saidQuorum.approvers.describe('Who they are. Required.'),
  })
  .superRefine(checkReachable)
  .meta(cel(IS_REACHABLE));

const TWO_WAYS =
  'stands beside quorum or approvers, which say the same in another way; write either `all`, or quorum and approvers';

const votesFields = {
  quorum: saidQuorum.quorum,
  approvers: saidQuorum.approvers
    .optional()
    .describe(
      'Who may decide, among those who have the right to approve. Default: everyone who has that right in the namespace of the server.',
    ),
  all: z
    .array(pathSchema)
    .min(2)
    .max(MAX_PATHS)
    .optional()
    .describe(
      `Several quorums that all have to be met, by different people: one of treasury and one of security, say. Instead of quorum and approvers. 2 to ${MAX_PATHS} entries. Default: none.`,
    ),
  veto: z
    .boolean()
    .default(true)
    .describe(
      'Whether a single vote against it ends it. With false it takes as many votes to deny as to approve. Default: true.',
    ),
};

function checkVotes(said: { quorum?: unknown; approvers?: unknown; all?: unknown }, ctx: z.RefinementCtx): void {
  if (said.all === undefined || (said.quorum === undefined && said.approvers === undefined)) return;
  ctx.addIssue({ code: 'custom', path: ['all'], message: TWO_WAYS });
}

const ONE_WAY = { rule: '!has(self.all) || !has(self.quorum) && !has(self.approvers)', message: `all ${TWO_WAYS}` };

const TELL = ['Elicitation'] as const;
const ON_TIMEOUT = ['Deny'] as const;

export const approvalSchema = z
  .strictObject({
    ...votesFields,
    expires: durationSchema('10s', '24h', DEFAULT_APPROVAL.expires)
      .default(DEFAULT_APPROVAL.expires)
      .describe(
        'How long a request may wait for its decision and an approval for its use, counted from the first call, as a duration from 10s to 24h. Default: 15m.',
      ),
    hold: durationSchema('0s', '5m', DEFAULT_APPROVAL.hold)
      .default(DEFAULT_APPROVAL.hold)
      .describe(
        'How long the call itself is kept open for the decision before the client is told to call again, as a duration from 0s to 5m. Default: 45s.',
      ),
    tell: z
      .enum(TELL)
      .optional()
      .describe(
        'How the person behind a client is told that a call waits, besides its progress: Elicitation, a dialog of the client, where a client of 2025-06-18 or 2025-11-25 has dialogs. Who declines it stops waiting; any other answer changes nothing. Default: not at all.',
      ),
    onTimeout: z
      .enum(ON_TIMEOUT)
      .default('Deny')
      .describe(
        'What becomes of a call that nobody has decided on in time: Deny, it is refused. Nothing else is offered, since silence is no consent. Default: Deny.',
      ),
    notify: channelNamesSchema()
      .optional()
      .describe(
        `Names of the channels that are told of such calls (notifications.channels of the operator's chart), at most ${MAX_CHANNELS_OF_RULE}. Default: those that are told of everything.`,
      ),
    grants: ruleGrantsSchema
      .optional()
      .describe(
        'Whether such calls may run by a standing ApprovalGrant, and how far one may go. Of several rules that hold a call each has to say it, and the lowest of all holds. Default: no grant, every call waits for a person.',
      ),
  })
  .superRefine(checkVotes)
  .superRefine(checkReachable)
  .meta(cel(ONE_WAY, IS_REACHABLE));

/** As parsed; a test or a default may leave out what has one. */
export type SaidApproval = Partial<z.infer<typeof approvalSchema>> & {
  readonly expires: string;
  readonly hold: string;
};

/** The same for an API server and for whoever reads a file. */
export const NEEDS_NO_APPROVAL = cel({
  rule: "!has(self.approval) || self.effect == 'RequireApproval'",
  message: 'approval has no meaning with another effect; remove it or write `effect: RequireApproval`',
});

export function checkApproval(rule: { effect: string; approval?: unknown }, ctx: z.RefinementCtx): void {
  if (rule.approval === undefined || rule.effect === 'RequireApproval') return;
  const message = `has no meaning with effect ${rule.effect}; remove it or write \`effect: RequireApproval\``;
  ctx.addIssue({ code: 'custom', path: ['approval'], message });
}
