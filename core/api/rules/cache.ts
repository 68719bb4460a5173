/** Which results of tools a gate keeps for a while, so that the same call is answered without its server. */
import * as z from 'zod';
import { durationSchema, lineSchema, nameSchema, quantitySchema } from '../common.ts';

/** Whose calls one result answers: those of the same caller, or those of everyone. */
export const CACHED_BY = ['principal', 'server'] as const;
const DEFAULT_CACHE_BYTES = '16Mi';

const CLEARS_ITSELF =
  'is among `tools` of the entry already, so that nothing of it would be kept; remove one of the two';

const tool = lineSchema(256, 'get_*');

const cacheEntrySchema = z
  .strictObject({
    name: nameSchema('prices')
      .optional()
      .describe(
        'Name of the entry in what is told of it. At most 63 characters. Default: its place, such as cache[2].',
      ),
    tools: z
      .array(tool)
      .min(1)
      .max(256)
      .describe(
        'Tools that only read, and answer the same call alike; * stands for any characters. Required, 1 to 256 entries of at most 256 characters.',
      ),
    ttl: durationSchema('1s', '24h', '5m').describe(
      'How long a result is kept at most, as a duration from 1s to 24h. Of several entries for a tool the shortest holds. Required.',
    ),
    by: z
      .enum(CACHED_BY)
      .default('principal')
      .describe(
        'Whose calls a result answers: principal (only those of the caller that it was for) or server (those of everyone who may make the call). Of several entries for a tool principal holds. Default: principal.',
      ),
    maxBytes: quantitySchema('64Ki', '256Mi', DEFAULT_CACHE_BYTES)
      .default(DEFAULT_CACHE_BYTES)
      .describe(
        'Most bytes that all results of the entry have, as a quantity from 64Ki to 256Mi; what was not asked for longest goes first. A result has at most a quarter of it, and 1Mi. Default: 16Mi.',
      ),
    clearedBy: z
      .array(tool)
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Tools that change what these read: a call of one of them clears the entry; * stands for any characters. They are never kept themselves. 1 to 256 entries of at most 256 characters. Default: none.',
      ),
    trustNames: z
      .boolean()
      .default(false)
      .describe(
        'Whether tools are kept, too, whose definition does not say that they only read (`readOnlyHint`). One that says otherwise is heeded. Default: false.',
      ),
  })
  .superRefine(({ tools, clearedBy = [] }, ctx) => {
    for (const [i, one] of clearedBy.entries()) {
      if (tools.includes(one)) ctx.addIssue({ code: 'custom', path: ['clearedBy', i], message: CLEARS_ITSELF });
    }
  });

export const cacheSchema = z.array(cacheEntrySchema).min(1).max(16);
