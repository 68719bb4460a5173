/** What a channel has been told of one request: `status.notified` of the request, by the name of the channel. */
import type { ApprovalRequest } from '../../core/api/approval-request.ts';

export type Told = NonNullable<NonNullable<ApprovalRequest['status']>['notified']>[string];

export const NEWS = ['Requested', 'Reminder', 'Voted', 'Settled'] as const;
/** What there is to tell of a request. */
export type News = (typeof NEWS)[number];

/**
 * Of two records of one channel, what either has: the API server may not have taken the last one yet, or keep none (an older CRD), and
 * another replica may have led in between.
 */
export function together(a: Told = {}, b: Told = {}): Told {
  const votes = Math.max(a.votes ?? 0, b.votes ?? 0);
  return { ...a, ...b, ...(votes === 0 ? {} : { votes }) };
}
