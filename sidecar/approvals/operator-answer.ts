/** A request as the operator tells of it. Checked, because what is executed depends on it. */
import * as z from 'zod';
import type { Approval, ApprovalSubject, StandingGrant } from './approval.ts';

/** The name of a Kubernetes object (RFC 1123 subdomain). */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Characters: names of groups and users, of which a few are named. */
const MAX_VOTES = 20_000;

const answerSchema = z.object({
  // Becomes part of a path, a log line and what a model reads.
  name: z.string().regex(NAME),
  state: z.enum(['Pending', 'Approved', 'Denied', 'Expired', 'Consumed', 'Withdrawn']),
  digest: z.string(),
  revision: z.string(),
  /** Operators before this version tell none. */
  pin: z.string().nullish(),
  expiresAt: z.iso.datetime({ offset: true }),
  decidedBy: z.string().nullish(),
  reason: z.string().nullish(),
  votes: z.string().max(MAX_VOTES).nullish(),
  usedUp: z.string().nullish(),
  /** Where a standing grant lets the call through: how often it has done so already. */
  grant: z.object({ uses: z.int().min(0), maxUses: z.int().min(1) }).nullish(),
});

export interface OperatorApproval {
  readonly approval: Approval;
  readonly grant: Pick<StandingGrant, 'uses' | 'maxUses'> | undefined;
  /** An approval of an identical call that is used up already. */
  readonly usedUp: string | undefined;
}

/** Undefined for what is no such answer, or is one about another call: nothing may be concluded from it. */
export function readApproval(body: unknown, subject: ApprovalSubject): OperatorApproval | undefined {
  const { success, data } = answerSchema.safeParse(body);
  if (!success || data.digest !== subject.digest || data.revision !== subject.revision) return undefined;
  const { name, state, pin, expiresAt, decidedBy, reason, votes, usedUp, grant } = data;
  return {
    approval: {
      name,
      subject,
      expiresAt: Date.parse(expiresAt),
      state,
      pin: pin ?? undefined,
      decidedBy: decidedBy ?? undefined,
      reason: reason ?? undefined,
      votes: votes ?? undefined,
    },
    grant: grant ?? undefined,
    usedUp: usedUp ?? undefined,
  };
}

export function isApprovalName(name: string): boolean {
  return NAME.test(name);
}

/** Whether the request is one for this call, under whatever revision. */
export function isForCall(body: unknown, { digest }: ApprovalSubject): boolean {
  const { success, data } = answerSchema.safeParse(body);
  return success && data.digest === digest;
}

const haltSchema = z.object({
  code: z.literal('halted'),
  name: z.string().regex(NAME),
  until: z.iso.datetime({ offset: true }),
});

/** Undefined where the caller has asked too much, and nobody has halted it. */
export function readHalt(body: unknown): { kind: 'halted'; name: string; until: string } | undefined {
  const { success, data } = haltSchema.safeParse(body);
  return success ? { kind: 'halted', name: data.name, until: data.until } : undefined;
}
