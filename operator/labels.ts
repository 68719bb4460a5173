/** Label selectors, and the one pair of a selector by which candidates are looked up before all of it is compared. */

export type Labels = Readonly<Record<string, string>>;

export function matchesLabels(selector: Labels, labels: Labels | undefined): boolean {
  return Object.keys(selector).every((key) => labels?.[key] === selector[key]);
}

/** As an index value: `namespace/key=value`. */
export function pairsOf(namespace: string | undefined, labels: Labels | undefined): string[] {
  return Object.entries(labels ?? {}).map(([key, value]) => pair(namespace, key, value));
}

/** The first pair of a selector; undefined for an empty one, which selects nothing here. */
export function leadingPair(namespace: string | undefined, selector: Labels): string | undefined {
  const [key] = Object.keys(selector).sort();
  return key === undefined ? undefined : pair(namespace, key, selector[key] as string);
}

export function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

function pair(namespace: string | undefined, key: string, value: string): string {
  return `${namespace ?? ''}/${key}=${value}`;
}
