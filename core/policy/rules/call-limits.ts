/** What a pack limits over time, as a bundle has it. */
import * as z from 'zod';
import { MODES } from '../../api/modes.ts';
import { PER } from '../../api/per.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { parseDuration } from '../../duration.ts';
import { parseQuantity } from '../../quantity.ts';
import { strings } from './field.ts';
import { principals } from './principals.ts';

const count = z.number().int().positive();

const common = {
  /** `namespace/pack#limit`. */
  id: z.string(),
  /** In the order of `PER`. */
  per: z.array(z.enum(PER)).readonly(),
  /** Patterns of names; null: tools, resources and prompts. */
  tools: strings.nullable(),
  principals: principals.schema,
  /** Of the limit; a pack in shadow has none that acts. */
  mode: z.enum(MODES),
};

const limitSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rate'), ...common, calls: count, windowMs: count }),
  z.strictObject({ kind: z.literal('concurrent'), ...common, calls: count }),
  z.strictObject({ kind: z.literal('resultBytes'), ...common, bytes: count, windowMs: count }),
  z.strictObject({ kind: z.literal('identical'), ...common, times: count, windowMs: count }),
  z.strictObject({ kind: z.literal('failing'), ...common, times: count, windowMs: count }),
]);
export type BundleCallLimit = Readonly<z.infer<typeof limitSchema>>;
export type LimitOf<Kind extends BundleCallLimit['kind']> = Extract<BundleCallLimit, { readonly kind: Kind }>;

export const callLimitsSchema = z.array(limitSchema).readonly();

type Said = NonNullable<PolicyPack['spec']['limits']>;
type AnyLimit = NonNullable<Said['rate'] | Said['concurrent'] | Said['resultBytes'] | Said['loops']>[number];

/** Absent where there are none: most packs have none. */
export function compileCallLimits(
  pack: string,
  { limits: said = {} }: PolicyPack['spec'],
): { readonly callLimits?: readonly BundleCallLimit[] } {
  const { rate = [], concurrent = [], resultBytes = [], loops = [] } = said;
  const of = (limit: AnyLimit, list: string, position: number) => ({
    id: `${pack}#${limit.name ?? `limits.${list}[${position}]`}`,
    per: PER.filter((one) => limit.per.includes(one)),
    tools: limit.tools === undefined ? null : [...new Set(limit.tools)].toSorted(),
    principals: principals.compile(limit),
    mode: limit.mode ?? 'Enforce',
  });
  const windowMs = (limit: { readonly window: string }): number => parseDuration(limit.window);
  const callLimits: BundleCallLimit[] = [
    ...rate.map((one, i) => ({
      kind: 'rate' as const,
      ...of(one, 'rate', i),
      calls: one.calls,
      windowMs: windowMs(one),
    })),
    ...concurrent.map((one, i) => ({ kind: 'concurrent' as const, ...of(one, 'concurrent', i), calls: one.calls })),
    ...resultBytes.map((one, i) => ({
      kind: 'resultBytes' as const,
      ...of(one, 'resultBytes', i),
      bytes: parseQuantity(one.bytes),
      windowMs: windowMs(one),
    })),
    ...loops.map((one, i) => ({
      kind: one.failing === undefined ? ('identical' as const) : ('failing' as const),
      ...of(one, 'loops', i),
      times: one.failing ?? one.identical ?? 1,
      windowMs: windowMs(one),
    })),
  ];
  return callLimits.length === 0 ? {} : { callLimits };
}

/** Of two versions, the limits of both: they only ever restrict (see for-gates.ts). */
export function limitsOfBoth(
  newer: readonly BundleCallLimit[] = [],
  older: readonly BundleCallLimit[] = [],
): { readonly callLimits?: readonly BundleCallLimit[] } {
  const said = new Set(newer.map((limit) => canonicalJson(limit)));
  const callLimits = [...newer, ...older.filter((limit) => !said.has(canonicalJson(limit)))];
  return callLimits.length === 0 ? {} : { callLimits };
}
