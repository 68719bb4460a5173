/** The body of a web hook that brings a decision: `{"namespace", "name", "decision"}`, and what else it may say. */
import * as z from 'zod';
import { APPROVAL_DECISIONS, type ApprovalDecision } from '../../../core/api/approval-request.ts';
import { asReason } from '../reason.ts';
import type { VoteTarget } from '../vote.ts';

export interface HookMessage {
  readonly target: VoteTarget;
  readonly decision: ApprovalDecision;
  readonly reason: string | undefined;
  /** Whose vote it is, by the name in Kubernetes. */
  readonly as: string | undefined;
}

const messageSchema = z.strictObject(
  {
    namespace: z.string().regex(/^[a-z0-9-]{1,63}$/, 'is no name of a namespace'),
    name: z.string().regex(/^[a-z0-9.-]{1,253}$/, 'is no name of an ApprovalRequest'),
    /** Of the request: with it, one of later that has the same name is left alone. */
    uid: z
      .string()
      .regex(/^[0-9a-f-]{1,64}$/, 'is no uid')
      .optional(),
    decision: z.enum(APPROVAL_DECISIONS, 'is neither Approved nor Denied'),
    reason: z.string().optional(),
    as: z.string().optional(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? 'has fields that nobody knows: ' + issue.keys.join(', ') : undefined,
  },
);

export function readHookMessage(body: Buffer): { readonly message: HookMessage } | { readonly problem: string } {
  let sent: unknown;
  try {
    sent = JSON.parse(body.toString('utf8'));
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const { data, error } = messageSchema.safeParse(sent);
  if (data === undefined) {
    const [issue] = error.issues;
    return { problem: `${issue?.path.join('.') || 'the body'} ${issue?.message ?? 'is not a decision'}` };
  }
  const { namespace, name, uid, decision, reason, as } = data;
  return { message: { target: { namespace, name, uid }, decision, reason: asReason(reason), as } };
}
