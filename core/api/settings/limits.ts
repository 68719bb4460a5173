/** Limits on calls and sessions, and on what callers do over time. */
import * as z from 'zod';
import { callLimits, checkLimitNames } from './call-limits.ts';
import { durationSchema, integerSchema, quantitySchema } from '../common.ts';

/** What holds where a pack is silent. Limits have no default in the schema: a silent pack must not lower another's limit. */
export const DEFAULT_LIMITS = { body: '4Mi', batch: 100, sessionIdle: '1h' } as const;

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
  })
  // `when`: also on limits with faults in them, so that one run names them all.
  .superRefine(checkLimitNames, { when: () => true });
