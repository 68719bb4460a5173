/** Of a timer; one that is set for longer goes off at once, again and again. */
const MAX = 2 ** 31 - 1;

/** A positive number among the variables; undefined where there is none (OpenTelemetry: what is no number counts as not set). */
export function numberIn(env: { readonly [name: string]: string | undefined }, name: string): number | undefined {
  const value = Number(env[name]?.trim() || 'NaN');
  return Number.isFinite(value) && value > 0 ? Math.min(value, MAX) : undefined;
}
