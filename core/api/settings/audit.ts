/** How calls are recorded. */
import * as z from 'zod';

/** From what costs nothing to what a call waits for: the strictest over all packs of a server wins. */
const AUDIT_LEVELS = ['Async', 'Required'] as const;

export const auditSchema = z.strictObject({
  level: z
    .enum(AUDIT_LEVELS)
    .default('Async')
    .describe(
      'When a call is on record: Async, within milliseconds, and before its end if that takes longer than a second; Required, on the disk before it is sent. Approved calls always are. Required wins over all packs of a server. Default: Async.',
    ),
});
