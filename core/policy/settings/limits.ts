/** Limits on calls and sessions: of each, the smallest that any enforced pack names. */
import * as z from 'zod';
import { parseQuantity } from '../../quantity.ts';
import { parseDuration } from '../../duration.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { DEFAULT_LIMITS } from '../../api/settings/default-limits.ts';

export const limitsSchema = z
  .strictObject({
    /** Largest request body in bytes. */
    body: z.number().int().positive(),
    /** Most messages of one JSON-RPC batch; 0: none is taken. */
    batch: z.number().int().nonnegative(),
    /** How long a session may be without a message, milliseconds. */
    sessionIdleMs: z.number().int().positive(),
  })
  .readonly();
export type BundleLimits = z.infer<typeof limitsSchema>;

/** What callers do over time is limited apart: see rules/call-limits.ts. */
type Said = Pick<NonNullable<PolicyPack['spec']['limits']>, 'body' | 'batch' | 'sessionIdle'> | undefined;

/** Null: the pack says nothing of it. */
export function limitsOf(limits: typeof DEFAULT_LIMITS): BundleLimits;
export function limitsOf(limits: Said): { readonly [limit in keyof BundleLimits]: number | null };
export function limitsOf({ body, batch, sessionIdle }: NonNullable<Said> = {}) {
  return {
    body: body === undefined ? null : parseQuantity(body),
    batch: batch ?? null,
    sessionIdleMs: sessionIdle === undefined ? null : parseDuration(sessionIdle),
  };
}

/** A limit that one pack could raise would loosen what another relies on. */
export function mergeLimits(packs: readonly PolicyPack[]): BundleLimits {
  const own = packs.map(({ spec }) => limitsOf(spec.limits));
  const standard = limitsOf(DEFAULT_LIMITS);
  const smallest = (limit: keyof BundleLimits): number => {
    const named = own.map((limits) => limits[limit]).filter((value) => value !== null);
    return named.length === 0 ? standard[limit] : Math.min(...named);
  };
  return { body: smallest('body'), batch: smallest('batch'), sessionIdleMs: smallest('sessionIdleMs') };
}
