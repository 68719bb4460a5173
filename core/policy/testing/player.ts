/** Plays calls to the rules that know what came before, as a gate does: asked, sent, answered. For tests. */
import { HistoryStore } from '../../history/store.ts';
import type { Wanted } from '../../history/ops.ts';
import type { TargetKind } from '../../mcp/catalogue.ts';
import { JsonView } from '../../mcp/json-view.ts';
import type { HistoryEvent, Judged, Part } from '../history/rule.ts';
import type { Policy } from '../policy.ts';
import type { Principal } from '../principal.ts';
import { ada } from './gen.ts';

export interface Played {
  readonly tool: string;
  /** Default: a tool. */
  readonly kind?: TargetKind;
  readonly args?: object;
  /** What its server answers; null: an error. Default: an empty result. */
  readonly result?: object | null;
  readonly who?: Principal;
  readonly session?: string;
  readonly server?: string;
  /** A person has agreed to whatever holds it. */
  readonly approved?: boolean;
  /** Milliseconds until it is answered. Default: 0. */
  readonly takes?: number;
}

export interface Outcome {
  /** What stands against it, of rules that act. */
  readonly against: readonly Judged[];
  /** Of those that only record. */
  readonly recorded: readonly Judged[];
  readonly isSent: boolean;
}

const SECRET = Buffer.alloc(16, 's');

export class Player {
  now = 1_800_000_000_000;
  readonly #store: HistoryStore;
  readonly #policy: Policy;
  #calls = 0;

  constructor(policy: Policy, store = new HistoryStore()) {
    this.#policy = policy;
    this.#store = store;
  }

  play(played: Played): Outcome {
    const sent = this.send(played);
    sent.answer();
    return sent.outcome;
  }

  /** `answer` once the server has answered, if the call was sent. */
  send(played: Played): { readonly outcome: Outcome; answer(): void } {
    const { history } = this.#policy;
    const event = this.#eventOf(played);
    const parts = history?.about(event) ?? [];
    const wanted = parts.flatMap((part) => part.ops.map((one) => (part.shadow ? unasked(one) : one)));
    const asked = this.#store.apply(wanted, 'Ask', this.now);
    const all = this.#judge(parts, asked.seen);
    const against = all.filter(([part]) => !part.shadow).map(([, judged]) => judged);
    const recorded = all.filter(([part]) => part.shadow).map(([, judged]) => judged);
    const stops = against.filter(({ verdict }) => verdict.effect !== 'Log');
    const isSent =
      stops.length === 0 ||
      (played.approved === true && stops.every(({ verdict }) => verdict.effect === 'RequireApproval'));
    if (isSent) this.#store.apply(wanted.map(unasked), 'Take', this.now);
    return { outcome: { against, recorded, isSent }, answer: () => isSent && this.#answer(parts, played) };
  }

  #judge(parts: readonly Part[], seen: Parameters<Part['judge']>[0]): (readonly [Part, Judged])[] {
    let from = 0;
    return parts.flatMap((part) => {
      const judged = part.judge(seen.slice(from, (from += part.ops.length)), this.now);
      return judged === undefined ? [] : [[part, judged] as const];
    });
  }

  #answer(parts: readonly Part[], { result = {}, takes = 0 }: Played): void {
    this.now += takes;
    const view = result === null ? undefined : JsonView.of(Buffer.from(JSON.stringify(result)));
    const ok = view !== undefined && view.value('isError') !== true;
    const wanted = parts.flatMap((part) => [
      ...((view && part.onSaid?.(view)) ?? []),
      ...(part.onAnswer?.({ ok, bytes: 0, result: view, now: this.now }) ?? []),
    ]);
    this.#store.apply(wanted.map(unasked), 'Take', this.now);
  }

  #eventOf({ tool, kind = 'tool', args, who = ada, session, server = 'finance/ledger' }: Played): HistoryEvent {
    const target = { kind, name: tool, args: undefined };
    const labels = this.#policy.history?.labelsOf(target) ?? { labels: [], labelsInShadow: [] };
    return {
      ...{
        principal: who,
        session,
        server,
        target,
        ...labels,
        argumentsHmac: undefined,
        secret: SECRET,
        verdict: undefined,
      },
      args: args === undefined ? undefined : JsonView.of(Buffer.from(JSON.stringify(args))),
      now: this.now,
      id: `${'a'.repeat(31)}${this.#calls % 10}-${this.#calls++}`,
    };
  }
}

function unasked({ op }: Wanted): Wanted {
  return { op, isAsked: false };
}
