/** What the operator says of a PolicyPack. */
import * as z from 'zod';
import { digestSchema, lineSchema } from './common.ts';
import { conditionsSchema, countSchema, NOT_OBSERVED, observedGenerationSchema } from './condition.ts';

const serversSchema = z.strictObject({
  count: countSchema().describe('How many servers there are. Required.'),
  names: z
    .array(lineSchema(127, 'finance/ledger'))
    .max(50)
    .describe('The first of them, as namespace/name. Required, at most 50.'),
});

export const packStatusSchema = z
  .strictObject({
    observedGeneration: observedGenerationSchema()
      .optional()
      .describe('Generation of the pack that this status is about. Default: none yet.'),
    servers: serversSchema.optional().describe('Which servers the pack applies to. Default: not known yet.'),
    revision: digestSchema
      .optional()
      .describe(
        'Digest of what the pack adds to the policy of a server: its mode, rules and limits, of the pack in force. Default: none yet.',
      ),
    conditions: conditionsSchema('Ready and Accepted; Stalled while it is true').optional(),
  })
  .meta(NOT_OBSERVED);
