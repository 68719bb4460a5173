/** The little statistics a benchmark on a shared machine can honestly give. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Throws on an empty list: there is nothing to say about it. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new RangeError('no values');
  return { median: quantile(sorted, 0.5), min, max };
}

/** Throws on an empty list. */
export function quantileOf(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('no values');
  return quantile(
    values.toSorted((a, b) => a - b),
    q,
  );
}

/** The `q`-quantile of an ascending list, between two values in proportion. */
function quantile(sorted: readonly number[], q: number): number {
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

/** `a[i] / b[i]`: two things measured one after the other share the machine's mood, which so drops out. */
export function pairwiseRatios(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError('pairs need lists of one length');
  return a.map((value, i) => value / (b[i] as number));
}

/** A value at a time, in milliseconds. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** How much the values grow in an hour: the line of least squares through them. 0 where there are fewer than two times. */
export function slopePerHour(samples: readonly Sample[]): number {
  const count = samples.length;
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / count;
  const mean = samples.reduce((sum, { value }) => sum + value, 0) / count;
  let [covariance, variance] = [0, 0];
  for (const { atMs, value } of samples) {
    covariance += (atMs - meanAt) * (value - mean);
    variance += (atMs - meanAt) ** 2;
  }
  return variance > 0 ? (covariance / variance) * 3_600_000 : 0;
}

/** Rounded so that the digits shown are about the ones that mean something. */
export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
