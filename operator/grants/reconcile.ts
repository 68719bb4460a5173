/** One ApprovalGrant: says where it is, and deletes it when it has been over for long enough. Uses are counted where they are made. */
import type { GrantState } from '../../core/api/approval-grant.ts';
import type { Clock } from '../../core/clock.ts';
import type { CollectPace } from '../approvals/collect-pace.ts';
import { UnknownRequesterError } from '../approvals/requesters.ts';
import type { PolicyRevisions } from '../approvals/revisions.ts';
import type { Caches } from '../caches.ts';
import { CUSTOM_RESOURCES, type StoredGrant } from '../custom-resources.ts';
import type { Trust } from '../installation/trust.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { sameStatus } from '../kit/conditions.ts';
import type { Outcome } from '../kit/controller.ts';
import type { EventRecorder } from '../kit/events.ts';
import type { Ref } from '../kit/resource.ts';
import { keyOf } from '../kit/store.ts';
import { revisionsOf } from '../policy-delivery/revisions.ts';
import { type Behind, type Circumstances, judgeGrant, type Judged } from './judge.ts';
import { statusOf } from './status.ts';

export interface GrantContext {
  readonly caches: Caches;
  readonly client: Pick<ApiClient, 'mergePatch' | 'delete'>;
  readonly events: Pick<EventRecorder, 'event'>;
  readonly clock: Clock;
  readonly trust: Pick<Trust, 'distrust'>;
  readonly revisions: Pick<PolicyRevisions, 'rulesOf'>;
  readonly requesters: { behind(namespace: string, principal: { name: string; groups: string[] }): Behind };
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
  const judged = judgeGrant(grant, circumstancesOf(grant, context));
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

/** Without a call: of the principal the name is known, and of the rules those that it stands in for. */
function circumstancesOf({ metadata, spec }: StoredGrant, context: GrantContext): Circumstances {
  const { namespace = '' } = metadata;
  const now = context.clock.now();
  const refused = (why: string): Circumstances => ({ now, allowance: { refused: why }, votes: {}, behind: {} });
  const server = context.caches.servers.get(`${namespace}/${spec.server}`);
  if (server === undefined) return refused(`there is no MCPServer ${spec.server} in ${namespace}`);
  const [revision] = revisionsOf(server);
  const rules = revision === undefined ? undefined : context.revisions.rulesOf(namespace, spec.server, revision);
  if (rules === undefined) return refused(`no policy of MCPServer ${spec.server} is in force yet`);
  const terms = rules.termsOfRules(spec.rules, spec.tool);
  if ('noSuchRule' in terms) return refused(`the policy has no rule ${terms.noSuchRule} that asks for a person`);
  try {
    const behind = context.requesters.behind(namespace, { name: spec.principal.name, groups: [] });
    return { now, allowance: terms.grants, votes: terms, behind };
  } catch (error) {
    if (error instanceof UnknownRequesterError) return refused(error.message);
    throw error;
  }
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
