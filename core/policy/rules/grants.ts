/** How far standing grants may go: of a rule whether they may go at all, of a pack how far at most. Only the operator acts on it. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { parseDuration } from '../../duration.ts';
import { milliseconds, strings } from './field.ts';

const uses = z.number().int().positive();

export const grantTermsSchema = z.strictObject({
  /** From when a grant was made to its expiry. */
  maxMs: milliseconds,
  maxUses: uses,
});
export type GrantTerms = Readonly<z.infer<typeof grantTermsSchema>>;

export const grantCeilingsSchema = z.strictObject({
  /** Absent: what the rules say. As in GrantTerms. */
  maxMs: milliseconds.exactOptional(),
  maxUses: uses.exactOptional(),
  /** Names of tools, with `*`. Absent: none. */
  never: strings.exactOptional(),
});
export type GrantCeilings = Readonly<z.infer<typeof grantCeilingsSchema>>;

interface SaidTerms {
  readonly maxDuration: string;
  readonly maxUses: number;
}

export function compileGrantTerms(said: SaidTerms | undefined): { readonly grants?: GrantTerms } {
  if (said === undefined) return {};
  return { grants: { maxMs: parseDuration(said.maxDuration), maxUses: said.maxUses } };
}

export function compileGrantCeilings({ grants: said }: PolicyPack['spec']): { readonly grants?: GrantCeilings } {
  if (said === undefined) return {};
  return {
    grants: {
      ...(said.maxDuration === undefined ? {} : { maxMs: parseDuration(said.maxDuration) }),
      ...(said.maxUses === undefined ? {} : { maxUses: said.maxUses }),
      ...(said.never === undefined ? {} : { never: said.never.toSorted() }),
    },
  };
}
