/** More calls of one principal wait than a person can weigh: one question whether to halt it, in place of all of them. */
import * as z from 'zod';
import { digestSchema, lineSchema } from './common.ts';

export const MAX_STORM_TOOLS = 16;

export const stormSchema = z.strictObject({
  waiting: z.int().min(1).max(10_000).describe('How many calls of the principal waited when this was asked. Required.'),
  tools: z
    .array(lineSchema(256, 'transfer'))
    .max(MAX_STORM_TOOLS)
    .describe(
      'What they call, with everything spelled out that cannot be seen; at most 16 names. Required, may be empty.',
    ),
  digest: digestSchema.describe(
    'SHA-256 of who is to be halted, where and until when: what is decided on is exactly this. Required.',
  ),
});
