/** The kill switch: while a pack with it is there, the servers it applies to do nothing for anybody, or not that, or not for those. */
import * as z from 'zod';
import { lineSchema } from './common.ts';
import { principalsSchema } from './rules/principals.ts';

const MAX_HALT_REASON = 300;

export const haltSchema = z.strictObject({
  reason: lineSchema(MAX_HALT_REASON, 'incident 4711: the agent sends mail by itself').describe(
    `Why, for everybody who hears of it: models, the log, the audit. At most ${MAX_HALT_REASON} characters. Required.`,
  ),
  by: lineSchema(253, 'ada')
    .optional()
    .describe(
      'Who halts, for the audit of every gate. In a cluster it has to be the name that the API server knows the writer by. Default: nobody says; in a cluster it is required.',
    ),
  tools: z
    .array(lineSchema(256, 'send_*'))
    .min(1)
    .max(256)
    .optional()
    .describe(
      'Tools that are halted; * stands for any characters. 1 to 256 entries of at most 256 characters. Default: everything that the servers do.',
    ),
  principals: principalsSchema.optional().describe('Whose calls are halted. Default: those of everyone.'),
});

export const HALTED_IN_SHADOW =
  'is only recorded with the mode Shadow, and nothing would stop; remove `mode: Shadow`, or `halt`';
