/**
 * Rules that hold calls by what is in them or by what came before: of these the operator can tell that they are there, for whom, and what
 * they ask of people, and not which calls they hold. So they count where a gate names them.
 */
import * as z from 'zod';
import { quorumsSchema } from '../../core/api/approvers.ts';
import { DEFAULT_APPROVAL } from '../../core/api/rules/approval.ts';
import { parseDuration } from '../../core/duration.ts';
import { grantTermsSchema } from '../../core/policy/rules/grants.ts';

/** What it is about is not told by a name. */
export const ANY_TARGET = 'any';
/** Lists that say of each entry which calls it is about. */
const BY_NAME = new Set(['rules', 'shadowRules']);

const texts = z.array(z.string());
export const principalsSchema = z
  .object({ names: texts, groups: texts, issuers: texts.exactOptional(), scopes: texts.exactOptional() })
  .nullable();

export const termsSchema = z.object({
  expiresMs: z.number(),
  quorums: quorumsSchema.optional(),
  veto: z.boolean().optional(),
  grants: z.object(grantTermsSchema.shape).optional(),
});

const DEFAULT_TERMS: z.infer<typeof termsSchema> = { expiresMs: parseDuration(DEFAULT_APPROVAL.expires) };

const otherSchema = z
  .object({
    id: z.string(),
    effect: z.literal('RequireApproval'),
    mode: z.literal('Enforce').optional(),
    principals: principalsSchema.default(null),
    approval: termsSchema.nullish(),
    reason: z.string().nullable().default(null),
  })
  .transform(({ mode: _, approval, ...rule }) => ({
    ...rule,
    target: ANY_TARGET,
    patterns: [] as string[],
    approval: approval ?? DEFAULT_TERMS,
  }));

/** `pack`: as a bundle of whatever version has it. */
export function otherRulesIn(pack: Readonly<Record<string, unknown>>) {
  return Object.entries(pack).flatMap(([field, list]) => {
    if (BY_NAME.has(field) || !Array.isArray(list)) return [];
    return list.flatMap((entry: unknown) => {
      const { success, data } = otherSchema.safeParse(entry);
      return success ? [data] : [];
    });
  });
}
