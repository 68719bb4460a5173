/**
 * How much the answers of the server come to. It is added when an answer is there, so that of calls that are under way together all
 * count for the next one, and the last that is sent may go beyond.
 */
import type { Limited } from '../../../mcp/limited.ts';
import type { LimitOf } from '../../rules/call-limits.ts';
import type { HistoryEvent, HistoryRule, Judged, Part, Seen } from '../rule.ts';
import { againWords, windowWords } from '../wait-words.ts';
import { LimitScope } from './limit-scope.ts';
import { fullestOf, worstOf } from './sums.ts';

export class ResultBytesLimit implements HistoryRule {
  readonly #scope: LimitScope;
  readonly #bytes: number;
  readonly #windowMs: number;
  readonly #of: string;

  constructor(limit: LimitOf<'resultBytes'>, inShadow: boolean) {
    this.#scope = new LimitScope(limit, inShadow);
    this.#bytes = limit.bytes;
    this.#windowMs = limit.windowMs;
    this.#of = `${limit.id} resultBytes ${limit.windowMs}`;
  }

  about(event: HistoryEvent): Part | undefined {
    if (!this.#scope.covers(event)) return undefined;
    const places = this.#scope
      .whom(event)
      .map((whom) => ({ kind: 'window' as const, of: this.#of, whom, windowMs: this.#windowMs }));
    // One byte has to be left.
    const limit = this.#bytes - 1;
    return {
      rule: this.#scope.id,
      shadow: this.#scope.shadow,
      ops: places.map((place) => ({ op: { ...place, limit, add: 0 }, isAsked: true })),
      judge: (seen, now) => this.#judge(seen, now),
      left: (seen) => this.#left(seen),
      onAnswer: ({ bytes }) =>
        places.map((place) => ({ op: { ...place, limit: undefined, add: bytes }, isAsked: false })),
    };
  }

  #judge(seen: readonly Seen[], now: number): Judged | undefined {
    const worst = worstOf(seen);
    if (worst === undefined) return undefined;
    const waitMs = worst.waitMs ?? this.#windowMs;
    const sentence =
      `after answers of ${worst.sum} bytes to calls${this.#scope.whose} in ${windowWords(this.#windowMs)}, of at most ${this.#bytes}. ` +
      `Ask for less at once, and call again ${againWords(waitMs, now)}.`;
    return this.#scope.denies(sentence, this.#limited(0, waitMs, worst.resetMs));
  }

  #left(seen: readonly Seen[]): readonly Limited[] {
    const fullest = fullestOf(seen);
    if (fullest === undefined) return [];
    return [{ policy: this.#scope.id, ...this.#limited(this.#bytes - fullest.sum, 0, fullest.resetMs) }];
  }

  #limited(remaining: number, retryMs: number, resetMs: number): Omit<Limited, 'policy'> {
    return {
      ...{ limit: this.#bytes, unit: 'content-bytes', windowMs: this.#windowMs },
      ...{ remaining, retryMs, resetMs },
    };
  }
}
