/** Who goes in circles: the same call again and again, or a tool that fails each time. */
import type { Limited } from '../../../mcp/limited.ts';
import type { LimitOf } from '../../rules/call-limits.ts';
import type { HistoryEvent, HistoryRule, Judged, Part, Seen } from '../rule.ts';
import { againWords, counted, windowWords } from '../wait-words.ts';
import { LimitScope } from './limit-scope.ts';
import { worstOf } from './sums.ts';

/** The same arguments are the same bytes: what loops sends what it sent before. */
export class IdenticalLimit implements HistoryRule {
  readonly #scope: LimitScope;
  readonly #times: number;
  readonly #windowMs: number;
  readonly #of: string;

  constructor(limit: LimitOf<'identical'>, inShadow: boolean) {
    this.#scope = new LimitScope(limit, inShadow, 'tool');
    this.#times = limit.times;
    this.#windowMs = limit.windowMs;
    this.#of = `${limit.id} identical ${limit.windowMs}`;
  }

  about(event: HistoryEvent): Part | undefined {
    if (!this.#scope.covers(event)) return undefined;
    const args = event.argumentsHmac?.slice(0, 32) ?? '';
    const window = { kind: 'window' as const, of: this.#of, windowMs: this.#windowMs, limit: this.#times, add: 1 };
    return {
      rule: this.#scope.id,
      shadow: this.#scope.shadow,
      ops: this.#scope.whom(event).map((whom) => ({ op: { ...window, whom: `${whom}.${args}` }, isAsked: true })),
      judge: (seen, now) => this.#judge(seen, now),
    };
  }

  #judge(seen: readonly Seen[], now: number): Judged | undefined {
    const worst = worstOf(seen);
    if (worst === undefined) return undefined;
    const waitMs = worst.waitMs ?? this.#windowMs;
    const sentence =
      `called with the same arguments ${counted(this.#times, 'time')} in ${windowWords(this.#windowMs)}, which is the most. ` +
      `Change the arguments, or do something else; the same passes again ${againWords(waitMs, now)}.`;
    return this.#scope.denies(sentence, limited(this.#times, this.#windowMs, waitMs, worst.resetMs));
  }
}

/** In a row: a call that succeeds begins anew. What the server does not answer, or answers with an error or `isError`, has failed. */
export class FailingLimit implements HistoryRule {
  readonly #scope: LimitScope;
  readonly #times: number;
  readonly #windowMs: number;
  readonly #of: string;

  constructor(limit: LimitOf<'failing'>, inShadow: boolean) {
    this.#scope = new LimitScope(limit, inShadow, 'tool');
    this.#times = limit.times;
    this.#windowMs = limit.windowMs;
    this.#of = `${limit.id} failing ${limit.windowMs}`;
  }

  about(event: HistoryEvent): Part | undefined {
    if (!this.#scope.covers(event)) return undefined;
    const places = this.#scope.whom(event).map((whom) => ({ of: this.#of, whom }));
    const window = { kind: 'window' as const, windowMs: this.#windowMs };
    const failed = () =>
      places.map((place) => ({ op: { ...window, ...place, limit: undefined, add: 1 }, isAsked: false }));
    const succeeded = () => places.map((place) => ({ op: { kind: 'clear' as const, ...place }, isAsked: false }));
    let isAnswered = false;
    return {
      rule: this.#scope.id,
      shadow: this.#scope.shadow,
      ops: places.map((place) => ({ op: { ...window, ...place, limit: this.#times - 1, add: 0 }, isAsked: true })),
      judge: (seen, now) => this.#judge(seen, now),
      onAnswer: ({ ok }) => {
        isAnswered = true;
        return ok ? succeeded() : failed();
      },
      onEnd: ({ refused, reason }) => (!refused && !isAnswered && reason.startsWith('upstream-') ? failed() : []),
    };
  }

  #judge(seen: readonly Seen[], now: number): Judged | undefined {
    const worst = worstOf(seen);
    if (worst === undefined) return undefined;
    const waitMs = worst.waitMs ?? this.#windowMs;
    const sentence =
      `which has failed ${counted(worst.sum, 'time')} in a row in ${windowWords(this.#windowMs)}. ` +
      `Find out why, or do something else; it may be tried again ${againWords(waitMs, now)}.`;
    return this.#scope.denies(sentence, limited(this.#times, this.#windowMs, waitMs, worst.resetMs));
  }
}

function limited(limit: number, windowMs: number, retryMs: number, resetMs: number): Omit<Limited, 'policy'> {
  return { limit, unit: 'requests', windowMs, remaining: 0, retryMs, resetMs };
}
