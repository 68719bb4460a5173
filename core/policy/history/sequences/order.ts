/** Calls that have to come one behind the other: the last of them that succeeded says which may come next. The first may always come. */
import type { SequenceOf } from '../../rules/sequences.ts';
import type { HistoryEvent, HistoryRule, Judged, Part, Seen, Wanted } from '../rule.ts';
import { windowWords } from '../wait-words.ts';
import { noteOf } from './earlier-call.ts';
import type { MemberSets } from './members.ts';
import { Ready, written } from './ready.ts';
import { membersWords } from './words.ts';

export class Order implements HistoryRule {
  readonly #said: SequenceOf<'order'>;
  readonly #ready: Ready;
  readonly #steps: readonly number[];

  constructor(said: SequenceOf<'order'>, shadow: boolean, sets: MemberSets) {
    this.#said = said;
    this.#ready = new Ready(said, shadow, sets);
    this.#steps = said.order.map((members) => sets.add(members));
  }

  about(event: HistoryEvent): Part | undefined {
    const may = this.#ready.membershipOf(event)?.may;
    // What is several steps by its patterns is the last of them, which takes the most.
    const step = may === undefined ? -1 : this.#steps.findLastIndex((set) => may.has(set));
    if (step < 0) return undefined;
    const { id, withinMs } = this.#said;
    const whom = this.#ready.whomOf(event);
    const ops = whom.map((one) =>
      this.#ready.asked({ kind: 'whether', ...this.#ready.placeOf(one, `step ${step - 1}`), withinMs, want: 'Has' }),
    );
    const done = whom.flatMap((one) => this.#doneBy(event, one, step));
    return {
      rule: id,
      shadow: this.#ready.shadow,
      ops: step === 0 ? [] : ops,
      judge: (seen) => this.#judge(seen, step),
      onAnswer: ({ ok }) => (ok ? done : []),
    };
  }

  #doneBy(event: HistoryEvent, whom: string, step: number): Wanted[] {
    return this.#steps.map((_, other) => {
      const place = this.#ready.placeOf(whom, `step ${other}`);
      if (other !== step) return written({ kind: 'unmark', ...place });
      return written({ kind: 'mark', ...place, forMs: this.#said.withinMs, note: noteOf(event) });
    });
  }

  #judge(seen: readonly Seen[], step: number): Judged | undefined {
    if (seen.every(({ holds }) => holds)) return undefined;
    const { order, withinMs } = this.#said;
    const words = order.map(membersWords);
    return this.#ready.judged(
      `which comes right after ${words[step - 1]} in the order ${words.join(', then ')}; that was not the last of them that succeeded within ${windowWords(withinMs)}. Begin with ${words[0]}, or go on where the order is.`,
    );
  }
}
