/** How a call waits for a person. */
import * as z from 'zod';
import { parseDuration } from '../../duration.ts';
import { DEFAULT_APPROVAL } from '../../api/rules/approval.ts';
import { milliseconds } from './field.ts';
import { compileGrantTerms, grantTermsSchema } from './grants.ts';

const schema = z
  .strictObject({
    /** How long a decision can be made and used. */
    expiresMs: milliseconds,
    /** How long a call waits before its client is told to call again. */
    holdMs: milliseconds,
    /** Absent: its client is told of nothing but progress. The feature `approval.tell`. */
    tell: z.literal('Elicitation').exactOptional(),
    /** Absent: no standing grant lets such a call through. The feature `approval.grants`. */
    grants: grantTermsSchema.exactOptional(),
  })
  .readonly();
export type ApprovalTerms = z.infer<typeof schema>;

interface Said {
  readonly effect: string;
  readonly approval?:
    | {
        readonly expires: string;
        readonly hold: string;
        readonly tell?: 'Elicitation' | undefined;
        readonly grants?: { readonly maxDuration: string; readonly maxUses: number } | undefined;
      }
    | undefined;
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
      ...(said?.tell !== undefined && { tell: said.tell }),
      ...compileGrantTerms(said?.grants),
    };
  },
};

/** Limits take the minimum, and a client is told where one of them says so. */
export function shorterOf(a: ApprovalTerms, b: ApprovalTerms): ApprovalTerms {
  if (a === b) return a;
  const tell = a.tell ?? b.tell;
  return {
    ...{ expiresMs: Math.min(a.expiresMs, b.expiresMs), holdMs: Math.min(a.holdMs, b.holdMs) },
    ...(tell !== undefined && { tell }),
  };
}
