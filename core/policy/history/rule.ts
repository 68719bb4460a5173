/**
 * A rule that knows what came before: limits, budgets, sequences, taint, risk. It is pure: of a call it says what it wants to know of
 * the past and what the call adds to it (`Part`), and judges by what the store has seen. Whether that store is this process or one that
 * replicas share is nothing to it.
 */
import type { Place, Seen, Wanted } from '../../history/ops.ts';
import type { Target } from '../../mcp/catalogue.ts';
import type { JsonView } from '../../mcp/json-view.ts';
import type { Moment } from '../context.ts';
import type { Principal } from '../principal.ts';
import type { Verdict } from '../verdict.ts';

/** A call as the past has it. */
export interface HistoryEvent {
  readonly principal: Principal;
  /** Of the legacy era; undefined: there is none, and what is counted by session is counted by principal. */
  readonly session: string | undefined;
  /** `namespace/name`. */
  readonly server: string;
  /** Without arguments. */
  readonly target: Target;
  /** Those that packs give the tool, sorted; none for what is no tool. */
  readonly labels: readonly string[];
  /** As they were sent; undefined where there are none. Only while the call is judged. */
  readonly args: JsonView | undefined;
  /** Keyed digest of them: the same for the same call, on all replicas that share a key. */
  readonly argumentsHmac: string | undefined;
  /** What was decided so far: its findings, its effect. */
  readonly verdict: Verdict | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What expressions know of it. */
  readonly moment: Moment;
  /** Of the call among all others. */
  readonly id: string;
}

/** What the server has answered with, before it is changed for the client. */
export interface HistoryAnswer {
  /** False: an error, or a result that says `isError`. */
  readonly ok: boolean;
  readonly bytes: number;
  /** Undefined for an error. */
  readonly result: JsonView | undefined;
  readonly now: number;
}

/** How the call ended, however it did. */
export interface HistoryEnd {
  /** It never reached the server. */
  readonly refused: boolean;
  /** The refusal's, or else the outcome's. */
  readonly reason: string;
  readonly now: number;
}

/** What one rule has to do with one call. */
export interface Part {
  /** Its id, for the record and the store. */
  readonly rule: string;
  /** It only records, whatever it says. */
  readonly shadow: boolean;
  /** In its order the store is asked when the call is judged (nothing is written), and again, to write it all, when it is sent. */
  readonly ops: readonly Wanted[];
  /** Undefined: nothing against it. Called with what was seen of `ops`, both times. */
  judge(seen: readonly Seen[]): Judged | undefined;
  /** What was to be written is: `seen` is what was there before. Says what whoever runs the gate should hear of. */
  onWritten?(seen: readonly Seen[]): readonly Reached[];
  /** What the answer adds. It is added whatever was there. */
  onAnswer?(answer: HistoryAnswer): readonly Wanted[];
  /** The same of what the answer added. */
  onAnswerWritten?(seen: readonly Seen[], answer: HistoryAnswer): readonly Reached[];
  /** What the call has cost so far; undefined: it is no rule of costs. */
  readonly charge?: Charge;
  /** What the end of the call adds, or gives back: also of one that was refused behind the step where this was asked for. */
  onEnd?(end: HistoryEnd): readonly Wanted[];
}

export interface Judged {
  /** `Deny`, `RequireApproval` or `Log`. */
  readonly verdict: Verdict;
  /** What a program reads of it in `_meta` and in the headers of the answer; undefined: nothing. */
  readonly limited?: Limited;
}

/** Of a call that would pass later. */
export interface Limited {
  /** The rule's. */
  readonly policy: string;
  readonly limit: number;
  /** Milliseconds, of the window or period. */
  readonly windowMs: number;
  readonly remaining: number;
  /** Milliseconds until it would pass; undefined: not by waiting. */
  readonly retryMs: number | undefined;
  /** Milliseconds until all of it is there again. */
  readonly resetMs: number;
}

/** So much of a budget is spent that somebody wants to know. */
export interface Reached {
  readonly rule: string;
  readonly shadow: boolean;
  /** The highest one that was reached. */
  readonly percent: number;
  /** Credits. */
  readonly spent: number;
  readonly limit: number;
}

/** What a call costs. */
export interface Charge {
  /** The rule's id. */
  readonly budget: string;
  /** Thousandths of a credit. */
  readonly milli: number;
  /** Of one credit; undefined: it has none. */
  readonly price: { readonly amount: string; readonly currency: string } | undefined;
}

export interface HistoryRule {
  /** Undefined: it has nothing to do with this call. */
  about(event: HistoryEvent): Part | undefined;
}

/** Who is counted together: the same words in every rule. */
export const PER = ['principal', 'group', 'tool', 'server', 'session'] as const;
export type Per = (typeof PER)[number];

export type { Place, Seen, Wanted };
