/** What another policy changes, by rule and caller: how often, and with the first call as an example. */
import { type Effect, isStricter } from '../../policy/effect.ts';
import type { TrafficCall } from '../line.ts';

export interface Change {
  readonly before: Effect;
  readonly after: Effect;
  /** Of the call, or of what its server answered. */
  readonly of: 'call' | 'answer';
  /** That carry the new decision; where none does, those that carried the old one. */
  readonly rules: readonly string[];
  readonly principal: string;
  readonly kind: TrafficCall['kind'];
  readonly name: string;
  calls: number;
  readonly example: { readonly call: number; readonly time: string; readonly arguments: unknown };
}

export interface Seen {
  readonly call: TrafficCall;
  readonly effect: Effect;
  readonly rules: readonly string[];
  readonly answer: Effect | undefined;
  readonly answerRules: readonly string[];
  readonly untold: readonly { readonly rule: string; readonly why: string }[];
  readonly arguments: unknown;
}

/** Of reasons and changes that are listed; what comes later is counted. */
const MOST = 1_000;

export class Changes {
  calls = 0;
  same = 0;
  changed = 0;
  /** Calls of which it cannot be told what the policy would make of them. */
  untold = 0;
  /** Calls that the policy in force was not asked about. */
  unasked = 0;
  stricter = 0;
  looser = 0;
  /** Calls whose change is in no entry of the list. */
  unlisted = 0;
  readonly #changes = new Map<string, Change>();
  readonly #reasons = new Map<string, { readonly rule: string; readonly why: string; calls: number }>();

  /** The policy in force was not asked about it. */
  pass(): void {
    this.calls++;
    this.unasked++;
  }

  add(seen: Seen): void {
    this.calls++;
    const { call, untold } = seen;
    if (untold.length > 0) {
      this.untold++;
      for (const { rule, why } of untold) this.#reason(rule, why);
      return;
    }
    const before = call.effect ?? 'Deny';
    const answered = call.answer?.effect ?? 'Allow';
    const isOther = before !== seen.effect;
    // To a call that is refused there is no answer.
    const isOtherAnswer = !isOther && seen.answer !== undefined && seen.answer !== answered;
    if (isOther) this.#change('call', before, seen.effect, seen.rules.length > 0 ? seen.rules : call.rules, seen);
    if (isOtherAnswer)
      this.#change(
        'answer',
        answered,
        seen.answer,
        seen.answerRules.length > 0 ? seen.answerRules : (call.answer?.rules ?? []),
        seen,
      );
    if (isOther || isOtherAnswer) this.changed++;
    else this.same++;
  }

  /** Those that happen most first. */
  get list(): readonly Change[] {
    return [...this.#changes.values()].toSorted((a, b) => b.calls - a.calls);
  }

  get reasons(): readonly { readonly rule: string; readonly why: string; readonly calls: number }[] {
    return [...this.#reasons.values()].toSorted((a, b) => b.calls - a.calls);
  }

  #change(
    of: Change['of'],
    before: Effect,
    after: Effect,
    rules: readonly string[],
    { call, arguments: args }: Seen,
  ): void {
    if (isStricter(after, before)) this.stricter++;
    else this.looser++;
    const { kind, name } = call;
    const principal = call.principal?.name ?? 'nobody known';
    const key = JSON.stringify([of, before, after, rules, principal, kind, name]);
    const known = this.#changes.get(key);
    if (known !== undefined) known.calls++;
    else if (this.#changes.size === MOST) this.unlisted++;
    else {
      const example = { call: call.call, time: call.time, arguments: args };
      this.#changes.set(key, { of, before, after, rules, principal, kind, name, calls: 1, example });
    }
  }

  #reason(rule: string, why: string): void {
    const key = JSON.stringify([rule, why]);
    const known = this.#reasons.get(key);
    if (known !== undefined) known.calls++;
    else if (this.#reasons.size < MOST) this.#reasons.set(key, { rule, why, calls: 1 });
  }
}
