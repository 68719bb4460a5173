/** Which results of tools are kept, as a bundle has it. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { CACHED_BY } from '../../api/rules/cache.ts';
import { parseDuration } from '../../duration.ts';
import { parseQuantity } from '../../quantity.ts';
import { milliseconds, strings } from './field.ts';

export const cacheEntrySchema = z.strictObject({
  /** `namespace/pack#entry`. */
  id: z.string(),
  /** Patterns of names, as in `clearedBy`. */
  tools: strings,
  ttlMs: milliseconds,
  by: z.enum(CACHED_BY),
  /** Of all results together. */
  maxBytes: z.number().int().positive(),
  clearedBy: strings,
  /** Also tools are kept whose definition does not say that they only read. */
  trustNames: z.boolean(),
});
export type BundleCacheEntry = Readonly<z.infer<typeof cacheEntrySchema>>;

export function compileCache(
  pack: string,
  { cache }: PolicyPack['spec'],
): { readonly cache?: readonly BundleCacheEntry[] } {
  if (cache === undefined) return {};
  return {
    cache: cache.map((entry, position) => ({
      id: `${pack}#${entry.name ?? `cache[${position}]`}`,
      tools: [...new Set(entry.tools)].toSorted(),
      ttlMs: parseDuration(entry.ttl),
      by: entry.by,
      maxBytes: parseQuantity(entry.maxBytes),
      clearedBy: [...new Set(entry.clearedBy)].toSorted(),
      trustNames: entry.trustNames,
    })),
  };
}
