/**
 * How it stands with limits, in what programs read of it: HTTP fields and members of JSON. The fields are those of
 * draft-ietf-httpapi-ratelimit-headers-10, which are Structured Fields (RFC 9651), and Retry-After (RFC 9110 §10.2.3).
 */

/** As in the parameter `qu` of RateLimit-Policy, and one of our own. */
export type LimitUnit = 'requests' | 'concurrent-requests' | 'content-bytes' | 'credits';

export interface Limited {
  /** The rule's id. */
  readonly policy: string;
  readonly limit: number;
  /** What is counted. */
  readonly unit: LimitUnit;
  /** Milliseconds, of the window or period; undefined where there is none, as of calls at once. */
  readonly windowMs: number | undefined;
  readonly remaining: number;
  /** Milliseconds until the call would pass; 0 where it does; undefined: not by waiting. */
  readonly retryMs: number | undefined;
  /** Milliseconds until all of it is there again. */
  readonly resetMs: number;
}

/** A client reads these with every answer: of more limits than that, the tightest are told. */
const MAX_TOLD = 4;

export interface LimitFields {
  readonly ratelimit: string;
  readonly 'ratelimit-policy': string;
  /** Of a call that is refused and would pass later. */
  readonly 'retry-after'?: string;
}

/** Of one refusal. */
export interface LimitsTold {
  readonly fields: LimitFields;
  readonly notice: object;
}

/** Of a call that all of these refuse, at least one. `now`: milliseconds since the epoch. */
export function tellLimits(limits: readonly Limited[], now: number): LimitsTold {
  const waitMs = waitMsOf(limits);
  const retryAfter = waitMs === undefined ? {} : { 'retry-after': String(secondsOf(waitMs)) };
  return { fields: { ...limitFields(limits), ...retryAfter }, notice: limitNotice(limits, waitMs, now) };
}

/** At least one. */
export function limitFields(limits: readonly Limited[]): LimitFields {
  const told = tightest(limits);
  const left = told.map(
    ({ policy, remaining, resetMs }) => `${item(policy)};r=${whole(remaining)};t=${secondsOf(resetMs)}`,
  );
  return { ratelimit: left.join(', '), 'ratelimit-policy': told.map(policyOf).join(', ') };
}

function policyOf({ policy, limit, unit, windowMs }: Limited): string {
  const counts = unit === 'requests' ? '' : `;qu="${unit}"`;
  const window = windowMs === undefined ? '' : `;w=${secondsOf(windowMs)}`;
  return `${item(policy)};q=${whole(limit)}${counts}${window}`;
}

/** For how long; undefined: no wait helps. */
function waitMsOf(limits: readonly Limited[]): number | undefined {
  let longest = 0;
  for (const { retryMs } of limits) {
    if (retryMs === undefined) return undefined;
    longest = Math.max(longest, retryMs);
  }
  return longest;
}

/** Whole seconds, as all times in it are but `retryAt`, which is RFC 3339. */
function limitNotice(limits: readonly Limited[], waitMs: number | undefined, now: number): object {
  return {
    ...(waitMs === undefined ? {} : { retryAfter: secondsOf(waitMs), retryAt: timeOf(now + waitMs) }),
    limits: tightest(limits).map(noticeOf),
  };
}

function noticeOf({ policy, limit, unit, windowMs, remaining, resetMs }: Limited): object {
  const window = windowMs === undefined ? {} : { window: secondsOf(windowMs) };
  return { policy, limit, unit, ...window, remaining: whole(remaining), reset: secondsOf(resetMs) };
}

/** Upwards: who comes back with the second has waited long enough. */
export function secondsOf(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** RFC 3339 in UTC, to the second, and not before it. */
export function timeOf(ms: number): string {
  return `${new Date(secondsOf(ms) * 1000).toISOString().slice(0, 19)}Z`;
}

function tightest(limits: readonly Limited[]): readonly Limited[] {
  if (limits.length <= MAX_TOLD) return limits;
  const share = ({ remaining, limit }: Limited): number => remaining / limit;
  return limits.toSorted((a, b) => share(a) - share(b)).slice(0, MAX_TOLD);
}

/** An sf-string, which is ASCII (RFC 9651 §3.3.3). */
function item(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '\\$&')}"`;
}

/** Fields have whole numbers; what is left is told downwards. */
function whole(value: number): number {
  return Math.max(0, Math.floor(value));
}
