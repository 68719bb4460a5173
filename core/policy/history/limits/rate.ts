/** How often calls are made. Counted is what is sent: a call that is refused, or that waits for a person, is none yet. */
import type { Limited } from '../../../mcp/limited.ts';
import type { LimitOf } from '../../rules/call-limits.ts';
import type { HistoryEvent, HistoryRule, Judged, Part, Seen } from '../rule.ts';
import { againWords, counted, windowWords } from '../wait-words.ts';
import { LimitScope } from './limit-scope.ts';
import { fullestOf, worstOf } from './sums.ts';

export class RateLimit implements HistoryRule {
  readonly #scope: LimitScope;
  readonly #calls: number;
  readonly #windowMs: number;
  readonly #of: string;

  constructor(limit: LimitOf<'rate'>, inShadow: boolean) {
    this.#scope = new LimitScope(limit, inShadow);
    this.#calls = limit.calls;
    this.#windowMs = limit.windowMs;
    // Another window is another count: the parts of one say nothing of the other.
    this.#of = `${limit.id} rate ${limit.windowMs}`;
  }

  about(event: HistoryEvent): Part | undefined {
    if (!this.#scope.covers(event)) return undefined;
    const window = { kind: 'window' as const, of: this.#of, windowMs: this.#windowMs, limit: this.#calls, add: 1 };
    return {
      rule: this.#scope.id,
      shadow: this.#scope.shadow,
      ops: this.#scope.whom(event).map((whom) => ({ op: { ...window, whom }, isAsked: true })),
      judge: (seen, now) => this.#judge(seen, now),
      left: (seen) => this.#left(seen),
    };
  }

  #judge(seen: readonly Seen[], now: number): Judged | undefined {
    const worst = worstOf(seen);
    if (worst === undefined) return undefined;
    const waitMs = worst.waitMs ?? this.#windowMs;
    const calls = `${counted(this.#calls, 'call')}${this.#scope.whose}`;
    const sentence = `after ${calls} in ${windowWords(this.#windowMs)}, which is the most. Call again ${againWords(waitMs, now)}.`;
    return this.#scope.denies(sentence, this.#limited(0, waitMs, worst.resetMs));
  }

  #left(seen: readonly Seen[]): readonly Limited[] {
    const fullest = fullestOf(seen);
    if (fullest === undefined) return [];
    const remaining = this.#calls - fullest.sum - 1;
    const resetMs = Math.max(fullest.resetMs, this.#windowMs);
    return [{ policy: this.#scope.id, ...this.#limited(remaining, 0, resetMs) }];
  }

  #limited(remaining: number, retryMs: number, resetMs: number): Omit<Limited, 'policy'> {
    return {
      ...{ limit: this.#calls, unit: 'requests', windowMs: this.#windowMs },
      ...{ remaining, retryMs, resetMs },
    };
  }
}
