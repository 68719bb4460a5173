/** Whom the operator tells of a request, and what it has told them. */
import * as z from 'zod';
import { atMostEntries, lineSchema, nameSchema, timestampSchema } from './common.ts';
import { celKeys } from './kubernetes.ts';

const CHANNEL = /^.*$/;
const MAX_CHANNEL = 63;

/** As many as a rule names, and as many as an operator has. */
export const MAX_CHANNELS_OF_RULE = 8;
export const MAX_CHANNELS = 16;

const SETTLED_STATES = ['Approved', 'Denied', 'Expired', 'Consumed', 'Withdrawn'] as const;

/** Names of channels, as a rule and the request that it makes have them. */
export function channelNamesSchema(max = MAX_CHANNELS_OF_RULE) {
  return z.array(nameSchema('treasury-slack')).min(1).max(max);
}

const toldSchema = z.strictObject({
  requested: timestampSchema
    .optional()
    .describe('When the channel was told that the request waits, as an RFC 3339 time. Default: not told.'),
  reminded: timestampSchema.optional().describe('When it was reminded, as an RFC 3339 time. Default: not reminded.'),
  votes: z.int().min(0).max(1000).optional().describe('How many votes it knows of. Default: none.'),
  settled: z.enum(SETTLED_STATES).optional().describe('The state that it was told last. Default: none.'),
  ref: lineSchema(256, 'C024BE91L/1700000000.000100')
    .optional()
    .describe('What the channel calls its message by. Default: it has no such thing.'),
  problem: lineSchema(512, 'it answers 413')
    .optional()
    .describe('Why it takes no message about this request; it is told nothing more. Default: none.'),
});

export function notifiedSchema() {
  return atMostEntries(z.record(z.string().max(MAX_CHANNEL), toldSchema), MAX_CHANNELS).meta(
    celKeys(CHANNEL, MAX_CHANNEL, 'a name is too long for a channel; only the operator writes it'),
  );
}
