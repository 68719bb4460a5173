/** What the rules of a call have to do with the past: noted when it is judged, written when it is sent, added to by its answer and its end. */
import type { Outcome, Seen, Wanted } from '../../../core/history/ops.ts';
import type { HistoryAnswer, HistoryEnd, Judged, Limited, Part } from '../../../core/policy/history/rule.ts';

export class Past {
  readonly #parts: readonly Part[];
  /** Parts that a person has to agree to. */
  readonly #held = new Set<Part>();
  /** Of each part, how much of what was wanted last is its. */
  #lengths: readonly number[] = [];
  /** What was seen when all that the call adds was written; undefined: it is not. */
  #taken: Outcome | undefined = undefined;
  #isAnswered = false;
  #isOver = false;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** All that the call adds is written. */
  get isTaken(): boolean {
    return this.#taken !== undefined;
  }

  take(outcome: Outcome): void {
    this.#taken = outcome;
  }

  /** What is held for as long as the call goes on. */
  get leases(): readonly Wanted[] {
    return this.#parts.flatMap(({ ops }) => ops.filter(({ op }) => op.kind === 'lease').map(unasked));
  }

  /** What is left behind it of what is limited; nothing before it is written. */
  left(): readonly Limited[] {
    const taken = this.#taken;
    if (taken === undefined) return [];
    return this.#withSeen(taken).flatMap(({ part, seen }) => (part.shadow ? [] : (part.left?.(seen) ?? [])));
  }

  /** What is asked of the store when the call is judged. */
  asked(): readonly Wanted[] {
    return this.#want((part) => part.ops);
  }

  /** What is written when it is sent. `approved`: a person has agreed to what was held, which then no longer stands in the way. */
  wanted(approved: boolean): readonly Wanted[] {
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
  judge(outcome: Outcome, now: number): readonly { readonly part: Part; readonly judged: Judged }[] {
    return this.#withSeen(outcome).flatMap(({ part, seen }) => {
      const judged = part.judge(seen, now);
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

  #withSeen({ seen }: Outcome): readonly { readonly part: Part; readonly seen: readonly Seen[] }[] {
    let from = 0;
    return this.#parts.map((part, i) => ({ part, seen: seen.slice(from, (from += this.#lengths[i] ?? 0)) }));
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
