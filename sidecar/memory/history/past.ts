/** What the rules of a call have to do with the past: noted when it is judged, written when it is sent, added to by its answer and its end. */
import { hash } from 'node:crypto';
import type { How, Outcome, Seen, Wanted } from '../../../core/history/ops.ts';
import type { JsonView } from '../../../core/mcp/json-view.ts';
import type { HistoryAnswer, HistoryEnd, Judged, Limited, Part, Spent } from '../../../core/policy/history/rule.ts';
import { type History, isLater, type Later } from './history.ts';

export class Past {
  readonly #parts: readonly Part[];
  /** Parts that a person has to agree to. */
  readonly #held = new Set<Part>();
  /** What was seen when all that the call adds was written; undefined: it is not. */
  #taken: Outcome | undefined = undefined;
  readonly #forget: () => void;
  #left: readonly Limited[] | undefined = undefined;
  #isAnswered = false;
  #lastSaid: string | undefined = undefined;
  #isOver = false;
  /** Which parts the answer has added to, by how many operations, and where that stands in what was spent. */
  readonly #added: { readonly part: Part; readonly count: number; readonly at: number }[] = [];
  readonly #spent: Spent[] = [];

  /** `forget`: lets go of what was sent, which all of them know. */
  constructor(parts: readonly Part[], forget: () => void = () => {}) {
    this.#parts = parts;
    this.#forget = forget;
  }

  /** All that the call adds is written. */
  get isTaken(): boolean {
    return this.#taken !== undefined;
  }

  /** What was wanted is written. Says what was spent by it. */
  take(outcome: Outcome): readonly Spent[] {
    this.#taken = outcome;
    const spent: Spent[] = [];
    let from = 0;
    for (const part of this.#parts) {
      const to = from + part.ops.length;
      const one = part.onWritten?.(outcome.seen.slice(from, to));
      if (one !== undefined) spent.push(one);
      from = to;
    }
    this.#spent.push(...spent);
    return spent;
  }

  /** What is held for as long as the call goes on. */
  get leases(): readonly Wanted[] {
    return this.#parts.flatMap(({ ops }) => ops.filter(({ op }) => op.kind === 'lease').map(unasked));
  }

  /**
   * It goes on as a task, of which a caller may have thousands: what they have sent must not stay in memory with them.
   */
  release(): void {
    this.#left = this.left();
    for (const part of this.#parts) part.release?.();
    this.#forget();
  }

  /** What is left behind it of what is limited; nothing before it is written. */
  left(): readonly Limited[] {
    const taken = this.#taken;
    if (taken === undefined) return [];
    if (this.#left !== undefined) return this.#left;
    return this.#withSeen(taken).flatMap(({ part, seen }) => (part.shadow ? [] : (part.left?.(seen) ?? [])));
  }

  /** What has to be read first is read each time. `approved`: as in `wanted`. */
  apply(history: History, how: How, approved: boolean): Outcome | Later {
    const before: Wanted[] = [];
    for (const part of this.#parts) if (part.before !== undefined) before.push(...part.before.ops.map(unasked));
    if (before.length === 0) return history.apply(this.wanted(approved), how);
    const known = history.apply(before, 'Ask');
    const ask = ({ seen }: Outcome): Outcome | Later => {
      this.#know(seen);
      return history.apply(this.wanted(approved), how);
    };
    return isLater(known) ? andThen(known, ask) : ask(known);
  }

  #know(seen: readonly Seen[]): void {
    let from = 0;
    for (const { before } of this.#parts) before?.know(seen.slice(from, (from += before.ops.length)));
  }

  /** `approved`: a person has agreed to what was held, which then no longer stands in the way. */
  wanted(approved: boolean): readonly Wanted[] {
    const all: Wanted[] = [];
    for (const part of this.#parts) {
      const isAgreed = approved && this.#held.has(part);
      const ops = isAgreed ? (part.opsOnceAgreed ?? part.ops.map(unasked)) : part.ops;
      for (const one of ops) all.push(part.shadow ? unasked(one) : one);
    }
    return all;
  }

  /** What the parts make of it, those in shadow too. `now`: milliseconds since the epoch. */
  judge(outcome: Outcome, now: number): readonly { readonly part: Part; readonly judged: Judged }[] {
    const all: { part: Part; judged: Judged }[] = [];
    let from = 0;
    for (const part of this.#parts) {
      const to = from + part.ops.length;
      const judged = part.judge(outcome.seen.slice(from, to), now);
      if (judged !== undefined) all.push({ part, judged });
      from = to;
    }
    return all;
  }

  /** A person is asked about this one. */
  hold(part: Part): void {
    this.#held.add(part);
  }

  /** Whether this part was among what a person was asked about. */
  wasHeld(part: Part): boolean {
    return this.#held.has(part);
  }

  /** The same again says nothing new: a client may ask for the result of a task as often as it likes. */
  onSaid(said: JsonView): readonly Wanted[] {
    if (!this.isTaken || !this.#parts.some((part) => part.onSaid !== undefined)) return [];
    const digest = hash('sha256', said.bytes.subarray(said.start, endOf(said)), 'base64url');
    if (digest === this.#lastSaid) return [];
    this.#lastSaid = digest;
    return this.#parts.flatMap((part) => part.onSaid?.(said).map(unasked) ?? []);
  }

  onAnswer(answer: HistoryAnswer): readonly Wanted[] {
    if (this.#isAnswered || !this.isTaken) return [];
    this.#isAnswered = true;
    const all: Wanted[] = [];
    for (const part of this.#parts) {
      const wanted = part.onAnswer?.(answer);
      if (wanted === undefined || wanted.length === 0) continue;
      this.#added.push({ part, count: wanted.length, at: this.#spent.length });
      // The record of the call may be written before a store that is shared has answered.
      const spent = part.onAnswerWritten?.(NOTHING_SEEN, answer);
      if (spent !== undefined) this.#spent.push(spent);
      for (const one of wanted) all.push(unasked(one));
    }
    return all;
  }

  /** What the answer adds is written. Says what was spent by it. */
  answered({ seen }: Outcome, answer: HistoryAnswer): readonly Spent[] {
    let from = 0;
    return this.#added.flatMap(({ part, count, at }) => {
      const own = seen.slice(from, (from += count));
      const spent = part.onAnswerWritten?.(own, answer);
      if (spent === undefined) return [];
      this.#spent[at] = spent;
      return [spent];
    });
  }

  /** All that was spent so far. */
  get spent(): readonly Spent[] {
    return this.#spent;
  }

  #withSeen({ seen }: Outcome): readonly { readonly part: Part; readonly seen: readonly Seen[] }[] {
    let from = 0;
    return this.#parts.map((part) => ({ part, seen: seen.slice(from, (from += part.ops.length)) }));
  }

  onEnd(end: HistoryEnd): readonly Wanted[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    const all: Wanted[] = [];
    for (const part of this.#parts) for (const one of part.onEnd?.(end) ?? []) all.push(unasked(one));
    return all;
  }
}

const NOTHING_SEEN: readonly Seen[] = [];

function endOf(said: JsonView): number {
  return Math.max(said.start, ...said.keys.map((key) => said.span(key)?.end ?? 0));
}

function andThen(first: Later, next: (outcome: Outcome) => Outcome | Later): Later {
  return {
    done(callback) {
      first.done((outcome) => {
        const second = outcome && next(outcome);
        if (second !== undefined && isLater(second)) second.done(callback);
        else callback(second);
      });
    },
  };
}

function unasked(wanted: Wanted): Wanted {
  return wanted.isAsked ? { op: wanted.op, isAsked: false } : wanted;
}
