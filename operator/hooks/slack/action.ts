/**
 * What Slack sends when somebody presses a button: a form with the one field `payload`, JSON
 * (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). Read only once its signature is proven.
 */
import * as z from 'zod';
import {
  type DecisionTarget,
  readDecisionTarget,
  SLACK_ACTIONS,
  SLACK_REASON,
} from '../../../core/approvals/decision-target.ts';
import type { ApprovalDecision } from '../../../core/api/approval-request.ts';
import { asReason } from '../reason.ts';

export interface SlackAction {
  /** Of Slack: `U…`, or `W…` in an enterprise. */
  readonly user: string;
  /** The workspace that the user belongs to, which is another one in a channel that two companies share. */
  readonly team: string | undefined;
  readonly target: DecisionTarget;
  readonly decision: ApprovalDecision;
  readonly reason: string | undefined;
  /** Where an answer to this click goes; Slack makes one for each. */
  readonly responseUrl: string | undefined;
}

/** `ignored`: nothing of ours, such as a button that only opens a page. `problem`: what Slack does not send. */
export type SlackReading = { readonly action: SlackAction } | { readonly ignored: true } | { readonly problem: string };

const IGNORED = { ignored: true } as const;

const payloadSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().min(1), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  response_url: z.string().optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })),
  state: z
    .object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    })
    .optional(),
});

export function readSlackAction(body: Buffer): SlackReading {
  const text = new URLSearchParams(body.toString('utf8')).get('payload');
  if (text === null) return { problem: 'the form has no field payload' };
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return { problem: 'the payload is not JSON' };
  }
  const { data, error } = payloadSchema.safeParse(payload);
  if (data === undefined) {
    // Shortcuts and dialogs of the same app, which are none of our business.
    const type = (payload as { type?: unknown } | null)?.type;
    return typeof type === 'string' && type !== 'block_actions' ? IGNORED : { problem: problemOf(error) };
  }
  const pressed = data.actions.find(({ action_id }) => Object.hasOwn(SLACK_ACTIONS, action_id));
  if (pressed === undefined) return IGNORED;
  const target = readDecisionTarget(pressed.value ?? '');
  if (target === undefined) return { problem: 'the button does not name a request' };
  return {
    action: {
      user: data.user.id,
      team: data.user.team_id ?? data.team?.id,
      target,
      decision: SLACK_ACTIONS[pressed.action_id as keyof typeof SLACK_ACTIONS],
      reason: asReason(data.state?.values[SLACK_REASON]?.[SLACK_REASON]?.value),
      responseUrl: data.response_url,
    },
  };
}

function problemOf(error: z.ZodError): string {
  return `the payload is not one of Slack: ${error.issues[0]?.path.join('.') ?? ''}`;
}
