/** The effects of rules on what cannot wait for a person. */
import * as z from 'zod';
import { UNHELD_EFFECTS } from '../effects.ts';

/** Whoever writes the fourth effect has met it elsewhere, so the answer says why it is not here. */
export function unheldEffectSchema(why: string) {
  return z.enum(UNHELD_EFFECTS, {
    error: ({ input }) =>
      input === 'RequireApproval'
        ? `is not possible here: ${why}; write one of ${UNHELD_EFFECTS.join(', ')}`
        : undefined,
  });
}
