/**
 * What a button in a message decides on, as text that goes along with the button and comes back with the click. It names one request for
 * good: by its uid, since a later one may have the same name, and by the digest of its subject, so that a click on a message that said
 * something else decides nothing.
 */
import * as z from 'zod';
import { digestSchema } from '../api/common.ts';

/** Slack: `action_id` of the two buttons. */
export const SLACK_ACTIONS = { 'sallyport.approve': 'Approved', 'sallyport.deny': 'Denied' } as const;

/** Slack: `block_id` and `action_id` of the input for a reason, where a message has one. */
export const SLACK_REASON = 'sallyport.reason';

const targetSchema = z.strictObject({
  namespace: z.string().regex(/^[a-z0-9-]{1,63}$/),
  name: z.string().regex(/^[a-z0-9.-]{1,253}$/),
  uid: z.string().regex(/^[0-9a-f-]{1,64}$/),
  /** The field of `spec.subject` that has the digest, and the digest; left out by a subject without one. */
  subject: z.strictObject({ field: z.enum(['call', 'definition']), digest: digestSchema }).optional(),
});

export type DecisionTarget = z.infer<typeof targetSchema>;

/** At most 600 characters; Slack takes 2000 as the `value` of a button (Block Kit, button element). */
export function writeDecisionTarget(target: DecisionTarget): string {
  return JSON.stringify(targetSchema.parse(target));
}

/** Undefined for anything that `writeDecisionTarget` does not write. */
export function readDecisionTarget(text: string): DecisionTarget | undefined {
  try {
    const { data } = targetSchema.safeParse(JSON.parse(text));
    return data;
  } catch {
    return undefined;
  }
}
