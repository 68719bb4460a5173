/** Whether what is decided is acted on. */
import * as z from 'zod';

export const MODES = ['Enforce', 'Shadow'] as const;
export type Mode = (typeof MODES)[number];

/** Of a part of a pack, which has its own mode. `what` is in words that go before `decides`. */
export function modeSchema(what: string) {
  return z
    .enum(MODES)
    .optional()
    .describe(
      `Enforce acts on what ${what} decides; Shadow records what it would have decided. In a pack with the mode Shadow everything is in Shadow. Default: Enforce.`,
    );
}
