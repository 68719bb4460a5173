/** The effects of rules on what cannot wait for a person: approvals are for tools, resources and prompts. */
import * as z from 'zod';

export const UNHELD_EFFECTS = ['Allow', 'Log', 'Deny'] as const;
export type UnheldEffect = (typeof UNHELD_EFFECTS)[number];

/** Whoever writes the fourth effect has met it elsewhere, so the answer says why it is not here. */
export function unheldEffectSchema(why: string) {
  return z.enum(UNHELD_EFFECTS, {
    error: ({ input }) =>
      input === 'RequireApproval'
        ? `is not possible here: ${why}; write one of ${UNHELD_EFFECTS.join(', ')}`
        : undefined,
  });
}
