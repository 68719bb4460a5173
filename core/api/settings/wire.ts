/** What a pack says of the servers behind the gate that changes how messages to them are read. */
import * as z from 'zod';

/** From the loosest to the strictest. */
export const KEY_READINGS = ['CaseSensitive', 'CaseInsensitive'] as const;

/** Nobody knows of a server by which decoder it reads, until somebody says so. */
export const DEFAULT_KEYS = 'CaseInsensitive';

export const wireSchema = z.strictObject({
  keys: z
    .enum(KEY_READINGS)
    .optional()
    .describe(
      'How the servers tell keys of JSON objects apart: CaseInsensitive refuses an object with two keys that differ only in case, which some servers take for one; CaseSensitive lets it pass, for servers known to take them for two. CaseInsensitive of any pack wins. Default: CaseInsensitive.',
    ),
});
