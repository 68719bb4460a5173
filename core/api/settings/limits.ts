/** Limits on calls and sessions, and on what callers do over time. */
import * as z from 'zod';
import { callLimits, checkLimitNames } from './call-limits.ts';
import { durationSchema, integerSchema, quantitySchema } from '../common.ts';
import { budgetsSchema } from './budgets.ts';
import { DEFAULT_LIMITS } from './default-limits.ts';

export const limitsSchema = z
  .strictObject({
    body: quantitySchema('1Ki', DEFAULT_LIMITS.body, '256Ki')
      .optional()
      .describe(
        'Largest request body in bytes, as a quantity from 1Ki to 4Mi. The smallest over all packs of a server wins. Default: 4Mi, which no pack can raise.',
      ),
    batch: integerSchema(0, DEFAULT_LIMITS.batch, 20)
      .optional()
      .describe(
        'Most messages in one JSON-RPC batch, which MCP 2025-03-26 has, from 0 to 100; 0 refuses batches. The smallest over all packs of a server wins. Default: 100, which no pack can raise.',
      ),
    sessionIdle: durationSchema('1m', '24h', DEFAULT_LIMITS.sessionIdle)
      .optional()
      .describe(
        'How long a session may be without any message before it ends, as a duration from 1m to 24h. MCP 2026-07-28 has no sessions. The shortest over all packs of a server wins. Default: 1h.',
      ),
    ...callLimits,
    budget: budgetsSchema
      .optional()
      .describe(
        'What callers may spend in a window of time, in credits. Each budget of each pack holds by itself. At most 64. Default: as much as they like.',
      ),
  })
  // `when`: also on limits with faults in them, so that one run names them all.
  .superRefine(checkLimitNames, { when: () => true });
