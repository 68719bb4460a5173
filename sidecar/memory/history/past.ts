/** What the rules of a call have to do with the past: noted when it is judged, written when it is sent, added to by its answer and its end. */
import type { Outcome, Seen, Wanted } from '../../../core/history/ops.ts';
import type { HistoryAnswer, HistoryEnd, Judged, Part } from '../../../core/policy/history/rule.ts';

export class Past {
  readonly #parts: readonly Part[];
  /** Parts that a person has to agree to. */
  readonly #held = new Set<Part>();
  /** Of each part, how much of what was wanted last is its. */
  #lengths: readonly number[] = [];
  /** All that the call adds is written. */
  isTaken = false;
  #isAnswered = false;
  #isOver = false;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** What is asked of the store when the call is judged. */
  asked(): readonly Wanted[] {
    return this.#want((part) => part.ops);
  }

  /** What is written when it is sent. `approved`: a person has agreed to what was held, which then no longer stands in the way. */
  taken(approved: boolean): readonly Wanted[] {
    return this.#want((part) => {
      const ops = part.onTake?.() ?? part.ops;
      return approved && this.#held.has(part) ? ops.map(unasked) : ops;
    });
  }

  #want(of: (part: Part) => readonly Wanted[]): readonly Wanted[] {
    const wanted = this.#parts.map((part) => (part.shadow ? of(part).map(unasked) : of(part)));
    this.#lengths = wanted.map(({ length }) => length);
    return wanted.flat();
  }

  /** What the parts make of what was seen of what was wanted last, those in shadow too. `now`: milliseconds since the epoch. */
  judge({ seen }: Outcome, now: number): readonly { readonly part: Part; readonly judged: Judged }[] {
    let from = 0;
    return this.#parts.flatMap((part, i) => {
      const own: readonly Seen[] = seen.slice(from, (from += this.#lengths[i] ?? 0));
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
