/** Who is counted together, in the same words wherever something is counted. */
import * as z from 'zod';

export const PER = ['principal', 'group', 'tool', 'server', 'session'] as const;
export type Per = (typeof PER)[number];

/** `what` is counted, in words that go before `counted together`; `usual` is what holds where nothing is said. */
export function perSchema(what: string, usual: readonly Per[]) {
  return z
    .array(z.enum(PER))
    .min(1)
    .max(PER.length)
    .default([...usual])
    .describe(
      `Whose ${what} are counted together: principal, group (a caller of several counts in each), tool, server, session (of one principal; MCP 2026-07-28 has none, and there it is the principal); of several, each combination by itself. Default: ${usual.join(', ')}.`,
    );
}
