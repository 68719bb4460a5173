/** What the operator writes of a grant, beside its uses. Pure. */
import { setCondition } from '../kit/conditions.ts';
import type { StoredGrant } from '../custom-resources.ts';
import type { Judged } from './judge.ts';

type Status = NonNullable<StoredGrant['status']>;

export function statusOf(
  { metadata, status }: StoredGrant,
  { state, reason, message }: Judged,
  now: Date,
): Pick<Status, 'state' | 'observedGeneration' | 'conditions'> {
  const observedGeneration = metadata.generation ?? 1;
  const isUsable = state === 'Active' ? 'True' : 'False';
  const usable = { type: 'Usable', status: isUsable, reason, message, observedGeneration } as const;
  return { state, observedGeneration, conditions: setCondition(status?.conditions ?? [], usable, now) };
}
