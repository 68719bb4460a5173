/**
 * Whom gates trust beside the operator's own authority: those that vouch for a certificate of the house. Pure. A gate learns of one by
 * its ConfigMap, within minutes, so a certificate is served only when its authority has been told of for a while; until then the
 * operator serves its own, which everybody trusts at any time.
 */
export interface HouseTrust {
  /** PEM. */
  readonly ca: string;
  /** Since when it is told of: milliseconds since the epoch. */
  readonly since: number;
  /** When it was in the Secret no more. */
  readonly gone?: number;
}

/** What kubelets take to bring a changed ConfigMap, several times over. */
const HEARD_MS = 600_000;
/** An operator that is so young has told nobody anything before. */
const FIRST_START_MS = 120_000;
const FORGET_MS = 24 * 3_600_000;

export interface HouseTrustInput {
  readonly known: readonly HouseTrust[];
  /** What is in the Secret of the house now; empty: nothing of the house is served. */
  readonly authorities: readonly string[];
  /** When the operator's own authority was issued: milliseconds since the epoch. */
  readonly authorityIssuedAt: number;
  readonly now: number;
}

/** The same list where nothing changed. */
export function trustHouse({ known, authorities, authorityIssuedAt, now }: HouseTrustInput): readonly HouseTrust[] {
  const isFirst = known.length === 0 && now < authorityIssuedAt + FIRST_START_MS;
  const listed = new Set(authorities);
  const kept = known.flatMap((trust): HouseTrust[] => {
    const { ca, since, gone } = trust;
    if (listed.has(ca)) return [gone === undefined ? trust : { ca, since }];
    if (gone === undefined) return [{ ...trust, gone: now }];
    return now < gone + FORGET_MS ? [trust] : [];
  });
  const told = new Set(known.map(({ ca }) => ca));
  const added = [...listed].filter((ca) => !told.has(ca)).map((ca) => ({ ca, since: isFirst ? 0 : now }));
  const isSame = added.length === 0 && kept.length === known.length && kept.every((trust, at) => trust === known[at]);
  return isSame ? known : [...kept, ...added];
}

/** Everybody has had the time to hear of it. */
export function isHeardOf(ca: string, trusts: readonly HouseTrust[], now: number): boolean {
  return trusts.some((trust) => trust.ca === ca && now >= trust.since + HEARD_MS);
}

export function encodeTrust(trusts: readonly HouseTrust[]): string | null {
  return trusts.length === 0 ? null : Buffer.from(JSON.stringify(trusts)).toString('base64');
}

/** What is no list of them is none: it is told of anew. */
export function decodeTrust(value: string | undefined): readonly HouseTrust[] {
  if (value === undefined) return [];
  try {
    const list = JSON.parse(Buffer.from(value, 'base64').toString('utf8')) as unknown;
    return Array.isArray(list) ? list.filter((item) => isTrust(item)) : [];
  } catch {
    return [];
  }
}

function isTrust(item: unknown): item is HouseTrust {
  if (typeof item !== 'object' || item === null) return false;
  const { ca, since, gone } = item as Partial<HouseTrust>;
  if (gone !== undefined && !Number.isSafeInteger(gone)) return false;
  return typeof ca === 'string' && ca.startsWith('-----BEGIN CERTIFICATE-----\n') && Number.isSafeInteger(since);
}
