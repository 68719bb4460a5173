/** How large arguments may be, whichever the tool, as a bundle holds it for one pack. */
import * as z from 'zod';
import { parseQuantity } from '../../quantity.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { NO_LIMITS, type SizeLimits } from '../../inspect/sizes.ts';

const limit = z.number().int().positive().exactOptional();

export const argumentLimitsSchema = z.strictObject({
  /** `namespace/pack#arguments.limits`. */
  id: z.string(),
  /** Absent: no limit. As in SizeLimits. */
  maxDepth: limit,
  maxLength: limit,
  maxItems: limit,
  maxProperties: limit,
  maxSize: limit,
});
export type BundleArgumentLimits = Readonly<z.infer<typeof argumentLimitsSchema>>;

const LIMITS = Object.keys(NO_LIMITS) as (keyof SizeLimits)[];

export function compileArgumentLimits(
  pack: string,
  { arguments: settings }: PolicyPack['spec'],
): { argumentLimits?: BundleArgumentLimits; shadowArgumentLimits?: BundleArgumentLimits } {
  if (settings?.limits === undefined) return {};
  const { mode, maxSize, ...counts } = settings.limits;
  const limits = { ...counts, maxSize: maxSize === undefined ? undefined : parseQuantity(maxSize) };
  const rule = { id: `${pack}#arguments.limits`, ...namedIn(limits) };
  return mode === 'Shadow' ? { shadowArgumentLimits: rule } : { argumentLimits: rule };
}

/** Of two versions, the smaller of each: for gates that can enforce neither as it is (see for-gates.ts). */
export function smallerLimits(
  one: BundleArgumentLimits | undefined,
  other: BundleArgumentLimits | undefined,
): { readonly argumentLimits?: BundleArgumentLimits } {
  const either = one ?? other;
  if (one === undefined || other === undefined) return either === undefined ? {} : { argumentLimits: either };
  return { argumentLimits: { id: one.id, ...namedIn(smallestOf([one, other])) } };
}

function namedIn(limits: { readonly [limit in keyof SizeLimits]?: number | undefined }): Partial<SizeLimits> {
  const named = LIMITS.map((name) => [name, limits[name]] as const);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined && Number.isFinite(value)));
}

/** Of each limit, the smallest that any of them names. */
export function smallestOf(all: readonly Partial<SizeLimits>[]): SizeLimits {
  const smallest = LIMITS.map((name) => [name, Math.min(...all.map((one) => one[name] ?? Infinity))] as const);
  return Object.fromEntries(smallest) as unknown as SizeLimits;
}
