/** What a pack says of risk, as a bundle has it: everything filled in. */
import * as z from 'zod';
import { MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { DEFAULT_HALF_LIFE, DEFAULT_LEARN, DEFAULT_WEIGHTS, WEIGHTS, type Weight } from '../../api/risk.ts';
import { parseDuration } from '../../duration.ts';

const points = z.number().nonnegative();

export const riskSchema = z.strictObject({
  /** `namespace/pack#risk`. */
  id: z.string(),
  /** Of the score; a pack in shadow has none that acts. */
  mode: z.enum(MODES),
  per: z.enum(['principal', 'session']),
  /** Null: never. */
  approveAt: points.nullable(),
  denyAt: points.nullable(),
  halfLifeMs: z.number().positive(),
  learn: z.int().nonnegative(),
  weights: z.record(z.enum(WEIGHTS as [Weight, ...Weight[]]), points),
  /** Minutes of the day; null: no hour is unusual. */
  hours: z.strictObject({ from: z.int(), to: z.int(), timeZone: z.string() }).nullable(),
});
export type BundleRisk = Readonly<z.infer<typeof riskSchema>>;

export function compileRisk(pack: string, { risk }: PolicyPack['spec']): { readonly risk?: BundleRisk } {
  if (risk === undefined) return {};
  const { hours, weights } = risk;
  return {
    risk: {
      id: `${pack}#risk`,
      mode: risk.mode ?? 'Enforce',
      per: risk.per,
      approveAt: risk.approveAt ?? null,
      denyAt: risk.denyAt ?? null,
      halfLifeMs: parseDuration(risk.halfLife ?? DEFAULT_HALF_LIFE),
      learn: risk.learn ?? DEFAULT_LEARN,
      weights: Object.fromEntries(WEIGHTS.map((key) => [key, weights?.[key] ?? DEFAULT_WEIGHTS[key]])) as Record<
        Weight,
        number
      >,
      hours:
        hours === undefined ? null : { from: minutesOf(hours.from), to: minutesOf(hours.to), timeZone: hours.timeZone },
    },
  };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return 60 * hours + minutes;
}

/** Of two versions of a pack, the newer one with the lower thresholds of both. */
export function riskOfEither(
  newer: BundleRisk | undefined,
  last: BundleRisk | undefined,
): { readonly risk?: BundleRisk } {
  const risk = newer ?? last;
  if (risk === undefined) return {};
  const { approveAt, denyAt } = last ?? risk;
  return { risk: { ...risk, approveAt: lower(risk.approveAt, approveAt), denyAt: lower(risk.denyAt, denyAt) } };
}

function lower(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
