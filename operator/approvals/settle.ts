/** settle(request, now) → what becomes of it: pure. The operator counts votes and tells the time; it can never vote. */
import { NEW_REQUEST } from '../../core/api/approval-conditions.ts';
import { shortTally, tallyOf } from '../../core/approvals/tally.ts';
import { stateOf, type Status } from './request.ts';
import type { StoredRequest } from '../custom-resources.ts';

export type Settled = Partial<Status> & Pick<Status, 'state'>;

export type Next =
  | { readonly kind: 'set'; readonly status: Settled }
  /** There are votes, and it takes more. */
  | { readonly kind: 'count'; readonly status: Settled }
  | { readonly kind: 'delete' }
  /** Nothing to do before then (milliseconds from now), unless it changes. */
  | { readonly kind: 'wait'; readonly ms: number };

export interface SettleContext {
  readonly now: number;
  readonly keepSettledForMs: number;
  /** Revision that the server's pods should enforce; undefined: there is no such server any more. */
  readonly revision: string | undefined;
  /** Those who stand behind the caller are who they were. */
  readonly isSameRequester: boolean;
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
  // Somebody who may have voted counts as the requester now, or somebody who could not could.
  if (!context.isSameRequester) return { kind: 'set', status: { state: 'Withdrawn' } };
  const outdatedIn = OUTDATED_AFTER_MS - (now - createdAt(request));
  if (context.revision === undefined) return { kind: 'set', status: { state: 'Withdrawn' } };
  if (context.revision !== request.spec.revision && outdatedIn <= 0)
    return { kind: 'set', status: { state: 'Withdrawn' } };
  const counted = state === 'Pending' ? count(request, now) : undefined;
  if (counted !== undefined) return { kind: counted.state === 'Pending' ? 'count' : 'set', status: counted };
  const isOutdated = context.revision !== request.spec.revision;
  return { kind: 'wait', ms: isOutdated ? Math.min(outdatedIn, expiresAt - now) : expiresAt - now };
}

/** What the votes come to, or what is new of them: the operator says when it saw each, since the API server cannot tell the time to a policy. */
function count({ spec, status }: StoredRequest, now: number): Settled | undefined {
  const time = new Date(now).toISOString();
  const cast = status?.votes ?? [];
  const votes = cast.map((vote) => (vote.time === undefined ? { ...vote, time } : vote));
  const tally = tallyOf(spec, votes);
  const short = shortTally(tally);
  const isNew = votes.some((vote, at) => vote !== cast[at]);
  const counted = { tally: short, ...(isNew ? { votes } : {}) };
  if (tally.outcome === undefined) {
    const isSaid = short === (status?.tally ?? NEW_REQUEST.tally);
    return isSaid && !isNew ? undefined : { state: 'Pending', ...counted };
  }
  const reason = tally.by.find((vote) => vote.reason !== undefined)?.reason;
  return {
    ...counted,
    state: tally.outcome,
    decidedBy: shorten(tally.by.map(({ username }) => username).join(', ')),
    decidedAt: tally.by.map((vote) => vote.time ?? time).reduce((a, b) => (Date.parse(a) < Date.parse(b) ? b : a)),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** As many characters as an ApprovalRequest takes. */
const MAX_NAMES = 1024;

function shorten(names: string): string {
  return names.length <= MAX_NAMES ? names : `${names.slice(0, MAX_NAMES - 1).toWellFormed()}…`;
}

function createdAt({ metadata }: StoredRequest): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function settledAt(request: StoredRequest): number {
  const { decidedAt, consumedAt } = request.status ?? {};
  return Date.parse(consumedAt ?? decidedAt ?? '') || createdAt(request);
}
