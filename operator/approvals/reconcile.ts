/** One ApprovalRequest: settle it when votes or time say so, delete it when it has been settled for long enough. */
import { callOf, definitionOf, stormOf } from '../../core/api/approval-request.ts';
import type { Clock } from '../../core/clock.ts';
import type { Caches } from '../caches.ts';
import type { ServerIdentity } from '../definitions/pins-object.ts';
import type { DefinitionPins } from '../definitions/service.ts';
import { type ApiClient, isConflict, isNotFound } from '../kit/api-client.ts';
import type { Outcome } from '../kit/controller.ts';
import type { EventRecorder } from '../kit/events.ts';
import type { Ref } from '../kit/resource.ts';
import { keyOf } from '../kit/store.ts';
import { CUSTOM_RESOURCES, type StoredRequest } from '../custom-resources.ts';
import type { Trust } from '../installation/trust.ts';
import { revisionsOf } from '../policy-delivery/revisions.ts';
import type { CollectPace } from './collect-pace.ts';
import type { ApprovalMetrics } from './metrics.ts';
import { callerIn, stateOf } from './request.ts';
import type { Requesters } from './requesters.ts';
import { settle, type Settled } from './settle.ts';
import { settledStatus } from './settled.ts';
import { isHalt, openStorm, waitingOf } from './storms.ts';

export interface ApprovalContext {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly keepSettledForMs: number;
  readonly pace: CollectPace;
  readonly trust: Trust;
  readonly metrics: Pick<ApprovalMetrics, 'decided'>;
  readonly definitions: Pick<DefinitionPins, 'accept' | 'refuse'>;
  readonly requesters: Pick<Requesters, 'areStill'>;
}

/** Timers in Node end at 24.8 days; nothing here has to wait that long without a look. */
const MAX_WAIT_MS = 24 * 3_600_000;
const DISTRUST_MS = 5_000;

export async function reconcileApproval(ref: Ref, context: ApprovalContext): Promise<Outcome> {
  const { caches, client, clock, events } = context;
  const request = caches.approvals.get(ref);
  if (request === undefined || request.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
  // Of a version to come, or of before there were subjects: nobody decides on it, and its time is soon over.
  const definition = definitionOf(request);
  const storm = stormOf(request);
  if (callOf(request) === undefined && definition === undefined && storm === undefined) return expire(request, context);
  if (context.trust.distrust !== undefined) return distrusted(request, context);
  const { namespace } = request.metadata;
  const server = caches.servers.get(`${namespace}/${request.spec.server}`);
  const revisions = server === undefined ? [] : revisionsOf(server);
  const { revision: asked } = request.spec;
  // A server without a status yet is one that nobody has looked at: its requests wait for that. What a server says of a tool is the same
  // question under another policy.
  const isAsked = definition !== undefined || storm !== undefined || revisions.includes(asked);
  const revision = server === undefined ? undefined : isAsked ? asked : (revisions[0] ?? asked);
  if (definition !== undefined && server !== undefined) {
    const of = { namespace: namespace ?? '', server: server.metadata.name, uid: server.metadata.uid ?? '' };
    const used = await actOn(request, definition.digest, of, context);
    if (used) return { kind: 'done' };
  }
  const isSameRequester = context.requesters.areStill(namespace ?? '', request.spec.principal);
  const { keepSettledForMs } = context;
  const requests = [...caches.approvals.byIndex('server', `${namespace}/${request.spec.server}`)];
  const caller = callerIn(request.spec.principal);
  if (storm !== undefined && isHalt(openStorm([request], caller, clock.now()))) {
    for (const waiting of waitingOf(requests, caller)) await withdraw(waiting, context);
  } else if (waitingOf([request], caller).length > 0) {
    // It came while the halt was decided on.
    if (isHalt(openStorm(requests, caller, clock.now()))) return withdraw(request, context);
  }
  const next = settle(request, { now: clock.now(), keepSettledForMs, revision, isSameRequester });
  switch (next.kind) {
    case 'wait':
      return { kind: 'requeueAfter', ms: Math.min(next.ms, MAX_WAIT_MS) };
    case 'count':
      // Its change brings the next look.
      await write(request, next.status, context);
      return { kind: 'done' };
    case 'delete': {
      const wait = context.pace.waitFor(`request ${keyOf(ref)}`);
      if (wait > 0) return { kind: 'requeueAfter', ms: wait };
      await client.delete(CUSTOM_RESOURCES.ApprovalRequest, ref, { uid: request.metadata.uid ?? '' });
      return { kind: 'done' };
    }
    case 'set': {
      const counts = next.status.state === 'Approved' || next.status.state === 'Denied';
      if (counts && (await context.trust.confirm()) !== undefined) return distrusted(request, context);
      await write(request, next.status, context);
      count(request, next.status, context);
      const by = next.status.decidedBy === undefined ? '' : ` by ${next.status.decidedBy}`;
      const type = next.status.state === 'Approved' ? 'Normal' : 'Warning';
      events.event(
        request,
        type,
        next.status.state,
        `${subjectOf(request)} is ${next.status.state.toLowerCase()}${by}`,
      );
      return { kind: 'done' };
    }
  }
}

/** Its caller is halted. */
async function withdraw(request: StoredRequest, context: ApprovalContext): Promise<Outcome> {
  try {
    await write(request, { state: 'Withdrawn' }, context);
    context.events.event(request, 'Warning', 'Withdrawn', `The calls of ${request.spec.principal.name} are halted`);
  } catch (error) {
    // Somebody has voted on it, or it is gone: it is looked at by itself.
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
  return { kind: 'done' };
}

/** What was decided of a definition comes to the pins, at whatever moment the operator was stopped in between. True: it is used up. */
async function actOn(
  request: StoredRequest,
  digest: string,
  of: ServerIdentity,
  context: ApprovalContext,
): Promise<boolean> {
  const { definitions, trust, clock } = context;
  const state = stateOf(request);
  if (state === 'Denied') await definitions.refuse(of, digest);
  if (state !== 'Approved' || clock.now() >= Date.parse(request.spec.expiresAt)) return false;
  if ((await trust.confirm()) !== undefined) return false;
  if (!(await definitions.accept(of, digest))) return false;
  await write(request, { state: 'Consumed', consumedAt: new Date(clock.now()).toISOString() }, context);
  return true;
}

function subjectOf(request: StoredRequest): string {
  if (stormOf(request) !== undefined) return `Whether to halt ${request.spec.principal.name}`;
  const definition = definitionOf(request);
  return definition === undefined
    ? `The call of ${request.spec.principal.name}`
    : `What the server says of ${definition.kind} ${JSON.stringify(definition.name)}`;
}

async function expire({ metadata, spec }: StoredRequest, { client, clock }: ApprovalContext): Promise<Outcome> {
  const ms = Date.parse(spec.expiresAt) - clock.now();
  if (ms > 0) return { kind: 'requeueAfter', ms: Math.min(ms, MAX_WAIT_MS) };
  const { namespace = '', name, uid = '' } = metadata;
  await client.delete(CUSTOM_RESOURCES.ApprovalRequest, { namespace, name }, { uid });
  return { kind: 'done' };
}

/**
 * Without the admission policies anybody may have written these votes, or the state itself. They do not become true when the policies
 * are back: what bears a decision is withdrawn, and the agent asks again.
 */
async function distrusted(request: StoredRequest, context: ApprovalContext): Promise<Outcome> {
  const { events, trust } = context;
  const state = stateOf(request);
  const isLive = state === 'Pending' || state === 'Approved';
  const isDecided = state === 'Approved' || (request.status?.votes ?? []).length > 0;
  if (!isLive || !isDecided || !trust.isBroken) return { kind: 'requeueAfter', ms: DISTRUST_MS };
  await write(request, { state: 'Withdrawn' }, context);
  const why =
    'It was decided on while the admission policies were not those of the chart, so anybody may have decided; let the agent call again';
  events.event(request, 'Warning', 'Withdrawn', why);
  return { kind: 'done' };
}

function count({ metadata }: StoredRequest, { state, decidedAt = '' }: Settled, { metrics }: ApprovalContext): void {
  const [asked, decided] = [Date.parse(metadata.creationTimestamp ?? ''), Date.parse(decidedAt)];
  if ((state === 'Approved' || state === 'Denied') && !Number.isNaN(decided - asked))
    metrics.decided(state, asked, decided);
}

type Writer = Pick<ApprovalContext, 'client' | 'clock'>;

/** With the version it was judged by: a vote or a use that came in between is looked at first. */
async function write(request: StoredRequest, settled: Settled, { client, clock }: Writer): Promise<void> {
  const { namespace = '', name, resourceVersion } = request.metadata;
  const patch = { metadata: { resourceVersion }, status: settledStatus(request, settled, clock.now()) };
  await client.mergePatch(CUSTOM_RESOURCES.ApprovalRequest, { namespace, name }, patch, { subresource: 'status' });
}
