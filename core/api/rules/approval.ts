/** How a call waits for a person, where a rule asks for one. */
import * as z from 'zod';
import { durationSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { ruleGrantsSchema } from './grants.ts';

/** What holds where a rule is silent. */
export const DEFAULT_APPROVAL = { expires: '15m', hold: '45s' } as const;

export const approvalSchema = z.strictObject({
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
  grants: ruleGrantsSchema
    .optional()
    .describe(
      'Whether such calls may run by a standing ApprovalGrant, and how far one may go. Of several rules that hold a call each has to say it, and the lowest of all holds. Default: no grant, every call waits for a person.',
    ),
});

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
