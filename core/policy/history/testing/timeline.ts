/** Calls one after another through the rules of a policy that know what came before, and the store they ask: a test says who calls what, and when. */
import { HistoryStore } from '../../../history/store.ts';
import type { How, Outcome, Wanted } from '../../../history/ops.ts';
import type { Policy } from '../../policy.ts';
import { ada } from '../../testing/gen.ts';
import type { HistoryEvent, Judged, Limited, Part } from '../rule.ts';

export interface Played {
  /** What is against it, in force; none: it was sent. */
  readonly against: readonly Judged[];
  /** What would be, of rules in shadow. */
  readonly inShadow: readonly Judged[];
  /** Behind it, where it was sent. */
  readonly left: readonly Limited[];
  /** The server answers. */
  answers(answer?: { readonly ok?: boolean; readonly bytes?: number }): void;
  /** It is over, whatever has come of it. */
  ends(end?: { readonly refused?: boolean; readonly reason?: string }): void;
}

export class Timeline {
  readonly store = new HistoryStore();
  now = Date.UTC(2026, 10, 30, 12);
  readonly #policy: Policy;
  #calls = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** As the gate does it: asked, and taken where nothing in force is against it. */
  call(said: Partial<HistoryEvent> & { readonly tool?: string } = {}): Played {
    const { tool = 'get_a', ...rest } = said;
    const event: HistoryEvent = {
      ...{ principal: ada, session: 's1', server: 'finance/ledger', labels: [], labelsInShadow: [], args: undefined },
      ...{ target: { kind: 'tool', name: tool, args: undefined }, verdict: undefined, argumentsHmac: 'a' },
      ...{
        sent: undefined,
        destructive: false,
        secret: Buffer.alloc(32),
        now: this.now,
        id: `call-${this.#calls++}`,
        ...rest,
      },
    };
    const parts = this.#policy.history?.about(event) ?? [];
    const judged = this.#judged(parts, this.#ask(parts, 'Ask'));
    const against = judged.flatMap(({ part, one }) => (part.shadow ? [] : [one]));
    const taken = against.length === 0 ? this.#ask(parts, 'Take') : undefined;
    if (taken?.holds === false) throw new Error('what holds when it is asked holds when it is taken');
    return {
      against,
      inShadow: judged.flatMap(({ part, one }) => (part.shadow ? [one] : [])),
      left: taken === undefined ? [] : withSeen(parts, taken).flatMap(({ part, seen }) => part.left?.(seen) ?? []),
      answers: ({ ok = true, bytes = 100 } = {}) =>
        this.#note(parts.flatMap((part) => part.onAnswer?.({ ok, bytes, result: undefined, now: this.now }) ?? [])),
      ends: ({ refused = false, reason = 'forwarded' } = {}) =>
        this.#note(parts.flatMap((part) => part.onEnd?.({ refused, reason, now: this.now }) ?? [])),
    };
  }

  /** Sent, answered, over. */
  passes(...said: Parameters<Timeline['call']>): boolean {
    const played = this.call(...said);
    if (played.against.length > 0) return false;
    played.answers();
    played.ends();
    return true;
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  #ask(parts: readonly Part[], how: How): Outcome {
    const wanted = parts.flatMap(({ ops, shadow }) => (shadow ? ops.map(unasked) : ops));
    return this.store.apply(wanted, how, this.now);
  }

  #note(wanted: readonly Wanted[]): void {
    this.store.apply(wanted.map(unasked), 'Take', this.now);
  }

  #judged(parts: readonly Part[], outcome: Outcome) {
    return withSeen(parts, outcome).flatMap(({ part, seen }) => {
      const one = part.judge(seen, this.now);
      return one === undefined ? [] : [{ part, one }];
    });
  }
}

function withSeen(parts: readonly Part[], { seen }: Outcome) {
  let from = 0;
  return parts.map((part) => ({ part, seen: seen.slice(from, (from += part.ops.length)) }));
}

function unasked({ op }: Wanted): Wanted {
  return { op, isAsked: false };
}
