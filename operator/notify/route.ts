/** Which channels a request goes to: those that its rules name, else those that are told of everything. */

export interface Routes {
  /** Names of all channels. */
  readonly channels: readonly string[];
  /** Names of those that hear of requests whose rules name none. */
  readonly byDefault: readonly string[];
}

/** A name that nobody has is answered with the default ones: a slip in a pack must not mean that nobody hears of a request. */
export function routeOf(
  named: readonly string[] | null | undefined,
  { channels, byDefault }: Routes,
): readonly string[] {
  if (named === undefined || named === null || named.length === 0) return byDefault;
  const known = named.filter((name) => channels.includes(name));
  return known.length === named.length ? known : [...new Set([...known, ...byDefault])];
}

/** Of the names in a pack, those that no channel has; sorted. */
export function unknownOf(named: Iterable<string>, { channels }: Pick<Routes, 'channels'>): string[] {
  return [...new Set(named)].filter((name) => !channels.includes(name)).sort();
}
