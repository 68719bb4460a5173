/** So many calls in so much time are too many. Counted is what is sent. */
import type { SumSeen } from '../../../history/kinds/window.ts';
import type { SequenceOf } from '../../rules/sequences.ts';
import type { HistoryEvent, HistoryRule, Judged, Part, Seen } from '../rule.ts';
import { againWords, counted, windowWords } from '../wait-words.ts';
import type { MemberSets } from './members.ts';
import { Ready } from './ready.ts';
import { membersWords } from './words.ts';

export class Count implements HistoryRule {
  readonly #said: SequenceOf<'count'>;
  readonly #ready: Ready;
  readonly #counted: number;

  constructor(said: SequenceOf<'count'>, shadow: boolean, sets: MemberSets) {
    this.#said = said;
    this.#ready = new Ready(said, shadow, sets);
    this.#counted = sets.add(said.of);
  }

  about(event: HistoryEvent): Part | undefined {
    if (this.#ready.membershipOf(event)?.may.has(this.#counted) !== true) return undefined;
    const { withinMs: windowMs, moreThan: limit } = this.#said;
    const ops = this.#ready
      .whomOf(event)
      .map((whom) =>
        this.#ready.asked({ kind: 'window', ...this.#ready.placeOf(whom, 'count'), windowMs, limit, add: 1 }),
      );
    return {
      rule: this.#said.id,
      shadow: this.#ready.shadow,
      ops,
      judge: (seen, now) => this.#judge(seen, now),
    };
  }

  #judge(seen: readonly Seen[], now: number): Judged | undefined {
    const over = seen.filter((one): one is SumSeen => one.kind === 'sum' && !one.holds);
    const [worst] = over.toSorted((a, b) => (b.waitMs ?? 0) - (a.waitMs ?? 0));
    if (worst === undefined) return undefined;
    const { id, of, moreThan, withinMs, effect } = this.#said;
    const again = effect === 'Deny' ? ` It may be called again ${againWords(worst.waitMs ?? withinMs, now)}.` : '';
    const limited = {
      ...{ policy: id, limit: moreThan, unit: 'requests' as const, windowMs: withinMs },
      ...{ remaining: 0, retryMs: worst.waitMs, resetMs: worst.resetMs },
    };
    return this.#ready.judged(
      `after ${counted(moreThan, 'call')} of ${membersWords(of)} within ${windowWords(withinMs)}, which is all that may be.${again}`,
      effect === 'Deny' ? limited : undefined,
    );
  }
}
