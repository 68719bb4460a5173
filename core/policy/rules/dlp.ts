/** What a pack looks for in what is said, as a bundle has it. */
import * as z from 'zod';
import { MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { CONTENT_PLACES, DLP_EFFECTS } from '../../api/rules/content-places.ts';
import { DETECTABLE } from '../../inspect/content/detectors.ts';
import { reason, strings } from './field.ts';
import { compileWhen, type ReadCondition, whenSchema } from './when.ts';

export const dlpRuleSchema = z.strictObject({
  /** `namespace/pack#rule`. */
  id: z.string(),
  detect: z.array(z.enum(DETECTABLE)).readonly(),
  /** Hosts whose images and links pass. */
  hosts: strings.optional(),
  patterns: z.array(z.strictObject({ name: z.string(), pattern: z.string() })).readonly(),
  words: z.array(z.strictObject({ name: z.string(), words: strings })).readonly(),
  in: z.array(z.enum(CONTENT_PLACES)).readonly(),
  /** Patterns of names; null: whatever it is about. */
  tools: strings.nullable(),
  effect: z.enum(DLP_EFFECTS),
  /** Of the entry; a pack in shadow has none that acts. */
  mode: z.enum(MODES),
  /** Absent: always. The feature `inspections.when`. */
  when: whenSchema.exactOptional(),
  reason: reason.schema,
});
export type BundleDlp = Readonly<z.infer<typeof dlpRuleSchema>>;

export function compileDlp(pack: string, { dlp = [] }: PolicyPack['spec'], read: ReadCondition): BundleDlp[] {
  return dlp.map((entry, position) => ({
    id: `${pack}#${entry.name ?? `dlp[${position}]`}`,
    detect: [...new Set(entry.detect ?? [])].toSorted(),
    ...(entry.hosts === undefined ? {} : { hosts: [...new Set(entry.hosts)].toSorted() }),
    patterns: entry.patterns ?? [],
    words: entry.words ?? [],
    in: [...new Set(entry.in)].toSorted(),
    tools: entry.tools ?? null,
    effect: entry.effect,
    mode: entry.mode ?? 'Enforce',
    ...compileWhen(entry, 'request', read),
    reason: reason.compile(entry),
  }));
}
