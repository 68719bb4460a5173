/** How a call waits for people. */
import * as z from 'zod';
import { quorumsOf, together } from '../../approvals/quorums.ts';
import { parseDuration } from '../../duration.ts';
import { DEFAULT_APPROVAL, type SaidApproval } from '../../api/rules/approval.ts';
import { milliseconds } from './field.ts';
import { compileGrantTerms, grantTermsSchema } from './grants.ts';

const names = z.array(z.string()).optional();
const approversSchema = z.strictObject({ users: names, groups: names });

const schema = z
  .strictObject({
    /** How long a decision can be made and used. */
    expiresMs: milliseconds,
    /** How long a call waits before its client is told to call again. */
    holdMs: milliseconds,
    /** Absent: its client is told of nothing but progress. The feature `approval.tell`. */
    tell: z.literal('Elicitation').exactOptional(),
    /** All of them have to be met (core/approvals). Absent: one vote of anybody who has the right. The feature `approval.votes`. */
    quorums: z
      .array(z.strictObject({ quorum: z.int().min(1), approvers: approversSchema.optional() }))
      .readonly()
      .exactOptional(),
    /** Absent: one vote against it ends it. */
    veto: z.literal(false).exactOptional(),
    /** Absent: no standing grant lets such a call through. The feature `approval.grants`. */
    grants: grantTermsSchema.exactOptional(),
  })
  .readonly();
export type ApprovalTerms = z.infer<typeof schema>;

interface Said {
  readonly effect: string;
  readonly approval?: SaidApproval | undefined;
}

export const approval = {
  /** Null unless the effect is RequireApproval. */
  schema: schema.nullable(),
  compile({ effect, approval: said }: Said): ApprovalTerms | null {
    if (effect !== 'RequireApproval') return null;
    const { expires, hold } = said ?? DEFAULT_APPROVAL;
    return {
      expiresMs: parseDuration(expires),
      holdMs: parseDuration(hold),
      ...telling(said?.tell),
      ...votesOf(quorumsOf(said ?? {}), said?.veto),
      ...compileGrantTerms(said?.grants),
    };
  },
};

/** Limits take the minimum, quorums add up, one veto is enough, and a client is told where one of them says so. */
export function termsOfBoth(a: ApprovalTerms, b: ApprovalTerms): ApprovalTerms {
  if (a === b) return a;
  return {
    expiresMs: Math.min(a.expiresMs, b.expiresMs),
    holdMs: Math.min(a.holdMs, b.holdMs),
    ...telling(a.tell ?? b.tell),
    ...votesOf(together([a.quorums, b.quorums]), (a.veto ?? true) || (b.veto ?? true)),
  };
}

function telling(tell: ApprovalTerms['tell']): Pick<ApprovalTerms, 'tell'> {
  return tell === undefined ? {} : { tell };
}

function votesOf(
  quorums: ApprovalTerms['quorums'],
  veto: boolean | undefined,
): Pick<ApprovalTerms, 'quorums' | 'veto'> {
  return { ...(quorums === undefined ? {} : { quorums }), ...(veto === false ? { veto } : {}) };
}

/** What a gate does not have to know: it waits for the same answer. */
export function withoutVotes(terms: ApprovalTerms): ApprovalTerms {
  const { quorums: _, veto: __, ...rest } = terms;
  return rest;
}

export function asksForVotes(terms: ApprovalTerms | null): terms is ApprovalTerms {
  return terms !== null && (terms.quorums !== undefined || terms.veto !== undefined);
}
