/** `status.policy` of a server: which revision is wanted, since when, and how many pods say that they enforce it. Pure. */
import type { RawObject } from '../kit/resource.ts';
import type { Prepared } from '../policy-delivery/prepare.ts';

interface OlderPolicy {
  readonly revision: string;
  readonly pods: number;
  readonly enforced: number;
}

export interface PolicyStatus {
  readonly revision: string;
  /** When this revision became the one that is wanted, as an RFC 3339 time. Absent where an earlier operator wrote it. */
  readonly since?: string;
  readonly packs: readonly string[];
  readonly enforced: number;
  readonly summary: string;
  readonly older?: readonly OlderPolicy[];
}

/** As many as the status takes. */
const MAX_PACKS = 1000;

/** What the status says until now. */
export function enforcedBefore({ status }: Pick<RawObject, 'status'>): { readonly policy?: Partial<PolicyStatus> } {
  return status ?? {};
}

/**
 * Since when this revision is wanted, as the status says, so that the next leader counts from the same moment. `now`: milliseconds since the
 * epoch, for one that is new.
 */
export function wantedSince(object: Pick<RawObject, 'status'>, revision: string, now: number): string {
  const { policy } = enforcedBefore(object);
  if (policy?.revision === revision && policy.since !== undefined) return policy.since;
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/**
 * Undefined before there was any policy. One that cannot be put in force leaves what is there: pods go on enforcing the last good one, and
 * how many do is still the question.
 */
export function policyStatus(
  object: Pick<RawObject, 'status'>,
  { wanted, shares }: Prepared,
  { enforced, ready }: { readonly enforced: number; readonly ready: number },
  now: number,
): PolicyStatus | undefined {
  const counts = { enforced, summary: `${enforced}/${ready}` };
  if (wanted.kind === 'rejected') {
    const { policy } = enforcedBefore(object);
    return policy?.revision === undefined ? undefined : ({ ...policy, ...counts } as PolicyStatus);
  }
  const { revision, packs } = wanted;
  // What gates enforce that do not get the policy as it is written: their held calls name these revisions.
  const older = shares
    .filter(({ gates, bundle }) => gates.length > 0 && bundle.revision !== revision)
    .map(({ gates, bundle: { revision: theirs } }) => ({
      revision: theirs,
      pods: gates.length,
      enforced: gates.filter(({ enforces }) => enforces === theirs).length,
    }));
  const since = wantedSince(object, revision, now);
  return {
    ...{ revision, since, packs: packs.slice(0, MAX_PACKS), ...counts },
    ...(older.length === 0 ? {} : { older }),
  };
}
