/** The revisions that pods of a server are to enforce now, as its status says: that of the policy, then those of gates that are too old for it. */
import type { RawObject } from '../kit/resource.ts';

export function revisionsOf({ status }: Pick<RawObject, 'status'>): string[] {
  const policy = status?.['policy'] as { revision?: string; older?: { revision: string }[] } | undefined;
  return [policy?.revision, ...(policy?.older ?? []).map(({ revision }) => revision)].filter(
    (one) => one !== undefined,
  );
}
