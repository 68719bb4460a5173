/** What the rules of a call have to do with the past: noted when it is judged, written when it is sent, added to by its answer and its end. */
import type { Outcome, Seen, Wanted } from '../../../core/history/ops.ts';
import type { HistoryAnswer, HistoryEnd, Judged, Part } from '../../../core/policy/history/rule.ts';

export class Past {
  readonly #parts: readonly Part[];
  /** Parts that a person has to agree to. */
  readonly #held = new Set<Part>();
  /** All that the call adds is written. */
  isTaken = false;
  #isAnswered = false;
  #isOver = false;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** `approved`: a person has agreed to what was held, which then no longer stands in the way. */
  wanted(approved: boolean): readonly Wanted[] {
    return this.#parts.flatMap((part) =>
      part.shadow || (approved && this.#held.has(part)) ? part.ops.map(unasked) : part.ops,
    );
  }

  /** What the parts make of it, those in shadow too. `now`: milliseconds since the epoch. */
  judge({ seen }: Outcome, now: number): readonly { readonly part: Part; readonly judged: Judged }[] {
    let from = 0;
    return this.#parts.flatMap((part) => {
      const own: readonly Seen[] = seen.slice(from, (from += part.ops.length));
      const judged = part.judge(own, now);
      return judged === undefined ? [] : [{ part, judged }];
    });
  }

  /** A person is asked about this one. */
  hold(part: Part): void {
    this.#held.add(part);
  }

  /** Whether this part was among what a person was asked about. */
  wasHeld(part: Part): boolean {
    return this.#held.has(part);
  }

  onAnswer(answer: HistoryAnswer): readonly Wanted[] {
    if (this.#isAnswered || !this.isTaken) return [];
    this.#isAnswered = true;
    return this.#parts.flatMap((part) => part.onAnswer?.(answer).map(unasked) ?? []);
  }

  onEnd(end: HistoryEnd): readonly Wanted[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    return this.#parts.flatMap((part) => part.onEnd?.(end).map(unasked) ?? []);
  }
}

function unasked({ op }: Wanted): Wanted {
  return { op, isAsked: false };
}
