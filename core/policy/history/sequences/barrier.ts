/** What must not follow something that was sent, whatever came of it: what it brought may be known to the caller since. */
import type { MarkSeen } from '../../../history/kinds/mark.ts';
import type { SequenceOf } from '../../rules/sequences.ts';
import type { HistoryEvent, HistoryRule, Judged, Part, Seen, Wanted } from '../rule.ts';
import { againWords, windowWords } from '../wait-words.ts';
import { earlierWords, noteOf } from './earlier-call.ts';
import type { MemberSets } from './members.ts';
import { Ready, written } from './ready.ts';

/** A call that takes longer counts from its answer on, too, since what it brought is known then. */
const LONG_MS = 1000;

export class Barrier implements HistoryRule {
  readonly #said: SequenceOf<'after'>;
  readonly #ready: Ready;
  readonly #stages: readonly number[];
  readonly #forbidden: number;

  constructor(said: SequenceOf<'after'>, shadow: boolean, sets: MemberSets) {
    this.#said = said;
    this.#ready = new Ready(said, shadow, sets);
    this.#stages = said.after.map((members) => sets.add(members));
    this.#forbidden = sets.add(said.forbid);
  }

  about(event: HistoryEvent): Part | undefined {
    const may = this.#ready.membershipOf(event)?.may;
    if (may === undefined) return undefined;
    const stages = this.#stages.flatMap((set, stage) => (may.has(set) ? [stage] : []));
    const isForbidden = may.has(this.#forbidden);
    if (!isForbidden && stages.length === 0) return undefined;
    const whom = this.#ready.whomOf(event);
    const asked = isForbidden ? whom.map((one) => this.#ready.asked(this.#whether(one, this.#stages.length - 1))) : [];
    const marks = this.#marksOf(event, whom, stages);
    // A call that is two stages has not reached the second by being the first.
    const again = this.#marksOf(
      event,
      whom,
      stages.filter((stage) => !stages.includes(stage - 1)),
    );
    return {
      rule: this.#said.id,
      shadow: this.#ready.shadow,
      ops: [...asked, ...marks],
      judge: (seen, now) => this.#judge(seen.slice(0, asked.length), now, event.server),
      ...(stages.length === 0 ? {} : { onAnswer: ({ now }) => (now - event.now < LONG_MS ? [] : again) }),
    };
  }

  #whether(whom: string, stage: number) {
    const { withinMs } = this.#said;
    return { kind: 'whether', ...this.#ready.placeOf(whom, `after ${stage}`), withinMs, want: 'HasNot' } as const;
  }

  /** The last stage first: no call is two of them at once. */
  #marksOf(event: HistoryEvent, whom: readonly string[], stages: readonly number[]): readonly Wanted[] {
    const note = noteOf(event);
    const forMs = this.#said.withinMs;
    return stages.toReversed().flatMap((stage) =>
      whom.flatMap((one) => {
        const mark = { kind: 'mark', ...this.#ready.placeOf(one, `after ${stage}`), forMs, note } as const;
        // What has not come before is no stage that was reached.
        if (stage > 0) return [written(this.#whether(one, stage - 1)), written({ ...mark, unlessHolds: true })];
        return [written(mark)];
      }),
    );
  }

  #judge(seen: readonly Seen[], now: number, server: string): Judged | undefined {
    const came = seen.filter((one): one is MarkSeen => one.kind === 'mark' && !one.holds);
    const [last] = came.toSorted((a, b) => (a.last?.agoMs ?? 0) - (b.last?.agoMs ?? 0));
    if (last === undefined) return undefined;
    const { withinMs, effect } = this.#said;
    const time = windowWords(withinMs);
    const earlier = earlierWords(last, now, server);
    const why =
      earlier === undefined
        ? `since it cannot be told any more whether something was called that this must not follow within ${time}.`
        : `since ${earlier}, which this must not follow within ${time}.`;
    const waitMs = Math.max(1, withinMs - (last.last?.agoMs ?? 0));
    return this.#ready.judged(effect === 'Deny' ? `${why} It may be called again ${againWords(waitMs, now)}.` : why);
  }
}
