/** What the operator writes of a request whose state has changed, beside the state itself. Pure. */
import { type ApprovalState } from '../../core/api/approval-request.ts';
import { tallyInWords, tallyOf } from '../../core/approvals/tally.ts';
import { setCondition } from '../kit/conditions.ts';
import type { StoredRequest } from '../custom-resources.ts';
import type { Settled } from './settle.ts';

const WORDS: Readonly<Record<Exclude<ApprovalState, 'Pending'>, string>> = {
  Approved: 'Approved, and not used yet.',
  Denied: 'Denied.',
  Expired: 'Nobody has decided, or used the approval, in time.',
  Consumed: 'Approved, and used.',
  Withdrawn: 'Nobody waits for it any more.',
};

/** `now`: milliseconds since the epoch. Any decision is where a request was to come to: what was decided is its state, and the reason here. */
export function settledStatus(request: StoredRequest, settled: Settled, now: number): Settled {
  const { metadata, status } = request;
  const observedGeneration = metadata.generation ?? 1;
  const reason = settled.state;
  if (reason === 'Pending') {
    const { spec } = request;
    const message = `${tallyInWords(tallyOf(spec, settled.votes ?? status?.votes ?? []))}.`;
    const waiting = { type: 'Settled', status: 'False', reason, message, observedGeneration } as const;
    return { ...settled, conditions: setCondition(status?.conditions ?? [], waiting, new Date(now)) };
  }
  const before = (status?.conditions ?? []).filter(({ type }) => type === 'Settled');
  const next = { type: 'Settled', status: 'True', reason, message: WORDS[reason], observedGeneration } as const;
  return { ...settled, observedGeneration, conditions: setCondition(before, next, new Date(now)) };
}
