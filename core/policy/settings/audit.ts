/** How calls are recorded, where a pack asks for more than what holds without. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';

export const auditSchema = z.strictObject({
  /** On the disk before a call is sent. */
  level: z.literal('Required'),
});
export type BundleAudit = Readonly<z.infer<typeof auditSchema>>;

/** Any enforced pack is enough. */
export function mergeAudit(packs: readonly PolicyPack[]): { readonly audit?: BundleAudit } {
  return packs.some(({ spec }) => spec.audit?.level === 'Required') ? { audit: { level: 'Required' } } : {};
}
