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
  const callLimits: BundleCallLimit[] = [
    ...rate.map((one, i) => {
      const { calls, window } = one;
      return ofList(pack, 'rate', i, one, { kind: 'rate', calls, windowMs: parseDuration(window) });
    }),
    ...concurrent.map((one, i) => ofList(pack, 'concurrent', i, one, { kind: 'concurrent', calls: one.calls })),
    ...resultBytes.map((one, i) => {
      const windowMs = parseDuration(one.window);
      return ofList(pack, 'resultBytes', i, one, { kind: 'resultBytes', bytes: parseQuantity(one.bytes), windowMs });
    }),
    ...loops.map((one, i) => {
      const [kind, times] =
        one.failing === undefined ? (['identical', one.identical] as const) : (['failing', one.failing] as const);
      return ofList(pack, 'loops', i, one, { kind, times: times ?? 1, windowMs: parseDuration(one.window) });
    }),
  ];
  return callLimits.length === 0 ? {} : { callLimits };
}

function ofList<const Own>(pack: string, list: string, position: number, limit: AnyLimit, own: Own) {
  return {
    ...own,
    id: `${pack}#${limit.name ?? `limits.${list}[${position}]`}`,
    per: PER.filter((one) => limit.per.includes(one)),
    tools: limit.tools === undefined ? null : [...new Set(limit.tools)].toSorted(),
    principals: principals.compile(limit),
    mode: limit.mode ?? ('Enforce' as const),
  };
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
