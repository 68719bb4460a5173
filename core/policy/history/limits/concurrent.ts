/** How many calls the server works on at once. A place is taken when a call is sent, and given back however it ends. */
import type { LeaseSeen } from '../../../history/kinds/lease.ts';
import type { LimitOf } from '../../rules/call-limits.ts';
import type { HistoryEvent, HistoryRule, Judged, Part, Seen } from '../rule.ts';
import { againWords, counted } from '../wait-words.ts';
import { LimitScope } from './limit-scope.ts';

/** Whoever holds a place renews it well before: after so long nobody is there any more who could give it back. Milliseconds. */
const LEASE_MS = 60_000;
/** When one ends nobody knows; to look again as soon as this costs nobody much. */
const LOOK_AGAIN_MS = 2000;

export class ConcurrentLimit implements HistoryRule {
  readonly #scope: LimitScope;
  readonly #calls: number;
  readonly #of: string;

  constructor(limit: LimitOf<'concurrent'>, inShadow: boolean) {
    this.#scope = new LimitScope(limit, inShadow);
    this.#calls = limit.calls;
    this.#of = `${limit.id} concurrent`;
  }

  about(event: HistoryEvent): Part | undefined {
    if (!this.#scope.covers(event)) return undefined;
    const places = this.#scope.whom(event).map((whom) => ({ of: this.#of, whom, id: event.id }));
    const lease = { kind: 'lease' as const, limit: this.#calls, forMs: LEASE_MS };
    return {
      rule: this.#scope.id,
      shadow: this.#scope.shadow,
      ops: places.map((place) => ({ op: { ...lease, ...place }, isAsked: true })),
      judge: (seen, now) => this.#judge(seen, now),
      left: (seen) => [{ policy: this.#scope.id, ...this.#limited(this.#calls - most(seen) - 1, 0) }],
      onEnd: () => places.map((place) => ({ op: { kind: 'release', ...place }, isAsked: false })),
    };
  }

  #judge(seen: readonly Seen[], now: number): Judged | undefined {
    if (seen.every(({ holds }) => holds)) return undefined;
    const calls = counted(this.#calls, 'call');
    const are = this.#calls === 1 ? 'is' : 'are';
    const sentence =
      `while ${calls}${this.#scope.whose} ${are} under way, which is the most. ` +
      `Call again once one has ended; look ${againWords(LOOK_AGAIN_MS, now)}.`;
    return this.#scope.denies(sentence, this.#limited(0, LOOK_AGAIN_MS));
  }

  #limited(remaining: number, retryMs: number) {
    return {
      ...({ limit: this.#calls, unit: 'concurrent-requests', windowMs: undefined } as const),
      ...{ remaining, retryMs, resetMs: retryMs },
    };
  }
}

function most(seen: readonly Seen[]): number {
  return Math.max(0, ...seen.filter((one): one is LeaseSeen => one.kind === 'lease').map(({ taken }) => taken));
}
