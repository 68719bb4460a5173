/**
 * due(request, told, now) → what a channel is to be told next: pure, and of nothing but what is so now. A state that passed while nobody
 * could be told is passed over: who was told of no request is not told of its end either.
 */
import { stateOf } from '../approvals/request.ts';
import type { StoredRequest } from '../custom-resources.ts';
import type { News, Told } from './told.ts';

export type Due =
  | { readonly kind: 'tell'; readonly news: News }
  /** Nothing before then (milliseconds from now), unless the request changes. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'nothing' };

export interface Habits {
  /** What the channel is told of at all. */
  readonly news: ReadonlySet<News>;
  /** Its message is kept up to date: that an approval was used, or ran out, is told too. Elsewhere only how it was decided. */
  readonly follows: boolean;
}

const NOTHING: Due = { kind: 'nothing' };
/** Below that a reminder would come on the heels of the request. */
const LEAST_BETWEEN_MS = 30_000;

const SETTLES_MS = 2_000;

export function due(request: StoredRequest, told: Told, now: number, { news, follows }: Habits): Due {
  // The channel refused this message itself; another of the same request would fare no better.
  if (told.problem !== undefined) return NOTHING;
  const state = stateOf(request);
  const { requested } = told;
  if (state !== 'Pending') {
    // A call that is held is sent in that moment: both are one piece of news then, and its use meets no write of ours.
    const settlesIn = state === 'Approved' ? Date.parse(request.status?.decidedAt ?? '') + SETTLES_MS - now : 0;
    const isTold = told.settled !== undefined && (!follows || told.settled === state);
    if (requested === undefined || isTold || !news.has('Settled')) return NOTHING;
    return settlesIn > 0 ? { kind: 'wait', ms: Math.min(settlesIn, SETTLES_MS) } : { kind: 'tell', news: 'Settled' };
  }
  const expiresAt = Date.parse(request.spec.expiresAt);
  if (now >= expiresAt) return NOTHING;
  if (requested === undefined) return news.has('Requested') ? { kind: 'tell', news: 'Requested' } : NOTHING;
  if (news.has('Voted') && (request.status?.votes ?? []).length > (told.votes ?? 0))
    return { kind: 'tell', news: 'Voted' };
  if (!news.has('Reminder') || told.reminded !== undefined) return NOTHING;
  // Halfway from when this channel was told, which may be long after the request was made.
  const untilReminder = (expiresAt - Date.parse(requested)) / 2;
  if (untilReminder < LEAST_BETWEEN_MS) return NOTHING;
  const ms = Date.parse(requested) + untilReminder - now;
  return ms <= 0 ? { kind: 'tell', news: 'Reminder' } : { kind: 'wait', ms };
}

/** The record after the channel has taken it; `ref` is what it calls the message by. */
export function toldOf(request: StoredRequest, told: Told, news: News, now: number, ref: string | undefined): Told {
  const at = new Date(now).toISOString();
  const votes = (request.status?.votes ?? []).length;
  const state = stateOf(request);
  return {
    ...told,
    ...(votes === 0 ? {} : { votes }),
    ...(news === 'Requested' ? { requested: at } : {}),
    ...(news === 'Reminder' ? { reminded: at } : {}),
    ...(news === 'Settled' && state !== 'Pending' ? { settled: state } : {}),
    ...(ref === undefined ? {} : { ref }),
  };
}
