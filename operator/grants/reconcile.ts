/** One ApprovalGrant: says where it is, and deletes it when it has been over for long enough. Uses are counted where they are made. */
import type { GrantState } from '../../core/api/approval-grant.ts';
import type { Clock } from '../../core/clock.ts';
import type { CollectPace } from '../approvals/collect-pace.ts';
import type { Caches } from '../caches.ts';
import { CUSTOM_RESOURCES, type StoredGrant } from '../custom-resources.ts';
import type { Trust } from '../installation/trust.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { sameStatus } from '../kit/conditions.ts';
import type { Outcome } from '../kit/controller.ts';
import type { EventRecorder } from '../kit/events.ts';
import type { Ref } from '../kit/resource.ts';
import { keyOf } from '../kit/store.ts';
import { circumstancesInForce, type InForce } from './in-force.ts';
import { judgeGrant, type Judged } from './judge.ts';
import { statusOf } from './status.ts';

export interface GrantContext extends InForce {
  readonly caches: Caches;
  readonly client: Pick<ApiClient, 'mergePatch' | 'delete'>;
  readonly events: Pick<EventRecorder, 'event'>;
  readonly clock: Clock;
  readonly trust: Pick<Trust, 'distrust'>;
  readonly keepSettledForMs: number;
  readonly pace: CollectPace;
}

/** Timers in Node end at 24.8 days; nothing here has to wait that long without a look. */
const MAX_WAIT_MS = 3_600_000;
const DISTRUST_MS = 5_000;

const OVER: ReadonlySet<GrantState> = new Set(['Denied', 'Revoked', 'UsedUp', 'Expired']);

export async function reconcileGrant(ref: Ref, context: GrantContext): Promise<Outcome> {
  const { caches, clock, trust, client, events } = context;
  const grant = caches.grants.get(ref);
  if (grant === undefined || grant.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
  // Nothing is used meanwhile either; when the policies are back, whoever is named is who made it, or voted, before or after.
  if (trust.distrust !== undefined) return { kind: 'requeueAfter', ms: DISTRUST_MS };
  const now = clock.now();
  const judged = judgeGrant(grant, circumstancesInForce(grant, context));
  const status = statusOf(grant, judged, new Date(now));
  const before = grant.status;
  if (!sameStatus(pick(before), status)) {
    const patch = { metadata: { resourceVersion: grant.metadata.resourceVersion }, status };
    await client.mergePatch(CUSTOM_RESOURCES.ApprovalGrant, ref, patch, { subresource: 'status' });
    if (before?.state !== judged.state) tell(grant, judged, events);
    return { kind: 'done' };
  }
  if (!OVER.has(judged.state)) {
    return { kind: 'requeueAfter', ms: Math.min(Math.max(1, judged.endsAt - now), MAX_WAIT_MS) };
  }
  const deleteAt = Math.max(judged.endsAt, changedAt(grant)) + context.keepSettledForMs;
  if (now < deleteAt) return { kind: 'requeueAfter', ms: Math.min(deleteAt - now, MAX_WAIT_MS) };
  const wait = context.pace.waitFor(`grant ${keyOf(ref)}`);
  if (wait > 0) return { kind: 'requeueAfter', ms: wait };
  await client.delete(CUSTOM_RESOURCES.ApprovalGrant, ref, { uid: grant.metadata.uid ?? '' });
  return { kind: 'done' };
}

function pick(status: StoredGrant['status']): object {
  const { state, observedGeneration, conditions } = status ?? {};
  return { state, observedGeneration, conditions };
}

function changedAt({ status, metadata }: StoredGrant): number {
  const usable = status?.conditions?.find(({ type }) => type === 'Usable');
  const last = status?.lastUsedAt ?? usable?.lastTransitionTime ?? metadata.creationTimestamp;
  return Date.parse(last ?? '') || 0;
}

function tell(grant: StoredGrant, { state, message }: Judged, events: GrantContext['events']): void {
  const type = state === 'Active' || OVER.has(state) ? 'Normal' : 'Warning';
  events.event(grant, type, state, `The grant is ${state}: ${message}`);
}
