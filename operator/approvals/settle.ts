/** settle(request, now) → what becomes of it: pure. The operator counts votes and tells the time; it can never vote. */
import { stateOf, type Status } from './request.ts';
import type { StoredRequest } from '../custom-resources.ts';

export type Settled = Partial<Status> & Pick<Status, 'state'>;

export type Next =
  | { readonly kind: 'set'; readonly status: Settled }
  | { readonly kind: 'delete' }
  /** Nothing to do before then (milliseconds from now), unless it changes. */
  | { readonly kind: 'wait'; readonly ms: number };

export interface SettleContext {
  readonly now: number;
  readonly keepSettledForMs: number;
  /** Revision that the server's pods should enforce; undefined: there is no such server any more. */
  readonly revision: string | undefined;
}

/** A new policy takes a while to reach every pod; until then calls are held under the old one. */
const OUTDATED_AFTER_MS = 60_000;

export function settle(request: StoredRequest, context: SettleContext): Next {
  const { now, keepSettledForMs } = context;
  const state = stateOf(request);
  const expiresAt = Date.parse(request.spec.expiresAt);
  if (state !== 'Pending' && state !== 'Approved') {
    // A refusal that is deleted early would let the same question be asked again.
    const deleteAt = Math.max(expiresAt, settledAt(request)) + keepSettledForMs;
    return now >= deleteAt ? { kind: 'delete' } : { kind: 'wait', ms: deleteAt - now };
  }
  if (now >= expiresAt) return { kind: 'set', status: { state: 'Expired' } };
  const outdatedIn = OUTDATED_AFTER_MS - (now - createdAt(request));
  if (context.revision === undefined) return { kind: 'set', status: { state: 'Withdrawn' } };
  if (context.revision !== request.spec.revision && outdatedIn <= 0)
    return { kind: 'set', status: { state: 'Withdrawn' } };
  const decided = state === 'Pending' ? countVotes(request, now) : undefined;
  if (decided !== undefined) return { kind: 'set', status: decided };
  const isOutdated = context.revision !== request.spec.revision;
  return { kind: 'wait', ms: isOutdated ? Math.min(outdatedIn, expiresAt - now) : expiresAt - now };
}

/** One no is a no; without one, one yes is enough. */
function countVotes({ status }: StoredRequest, now: number): Settled | undefined {
  const votes = status?.votes ?? [];
  const vote =
    votes.find(({ decision }) => decision === 'Denied') ?? votes.find(({ decision }) => decision === 'Approved');
  if (vote === undefined) return undefined;
  const reason = vote.reason === undefined ? {} : { reason: vote.reason };
  return {
    state: vote.decision,
    decidedBy: vote.username,
    decidedAt: vote.time ?? new Date(now).toISOString(),
    ...reason,
  };
}

function createdAt({ metadata }: StoredRequest): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function settledAt(request: StoredRequest): number {
  const { decidedAt, consumedAt } = request.status ?? {};
  return Date.parse(consumedAt ?? decidedAt ?? '') || createdAt(request);
}
