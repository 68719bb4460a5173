/** Durations as people write them: whole numbers with units, largest first. Free of schemas, for what has to start quickly. */

export const DURATION = /^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?([0-9]{1,6}ms)?$/;
const UNIT_MS = [3_600_000, 60_000, 1000, 1] as const;

/** Milliseconds of a duration such as `45s`, `15m` or `1h30m`. Throws on anything else: text from outside passes a schema first. */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  if (match === null || text === '') throw new RangeError(`not a duration: ${JSON.stringify(text)}`);
  return UNIT_MS.reduce((sum, unit, index) => sum + unit * Number.parseInt(match[index + 1] ?? '0', 10), 0);
}
