/**
 * A rule that knows what came before: limits, budgets, sequences, taint, risk. It is pure: of a call it says what it wants to know of
 * the past and what the call adds to it (`Part`), and judges by what the store has seen. Whether that store is this process or one that
 * replicas share is nothing to it.
 */
import type { PointsOp } from '../../history/kinds/points.ts';
import type { Seen, Wanted } from '../../history/ops.ts';
import type { Place } from '../../history/place.ts';
import type { Target } from '../../mcp/catalogue.ts';
import type { JsonView } from '../../mcp/json-view.ts';
import type { Limited } from '../../mcp/limited.ts';
import type { Moment } from '../context.ts';
import type { Principal } from '../principal.ts';
import type { Verdict } from '../verdict.ts';

/** Whose call. */
export interface Whose {
  readonly principal: Principal;
  /** Of the legacy era; undefined: there is none, and what is counted by session is counted by principal. */
  readonly session: string | undefined;
  /** `namespace/name`. */
  readonly server: string;
  /** Without arguments. */
  readonly target: Target;
}

/** A call as the past has it. */
export interface HistoryEvent extends Whose {
  /** Those that packs give the tool, sorted; none for what is no tool. */
  readonly labels: readonly string[];
  /** The same with those of packs in shadow, for rules that only record. */
  readonly labelsInShadow: readonly string[];
  /** As they were sent; undefined where there are none. Only while the call is judged. */
  readonly args: JsonView | undefined;
  /** Their text. */
  readonly sent?: Buffer | undefined;
  /** It has that label, or its server says so of the tool. */
  readonly destructive?: boolean;
  /** Keyed digest of them: the same for the same call, on all replicas that share a key. */
  readonly argumentsHmac: string | undefined;
  /** For what is kept of values that nobody should read there: the same on all gates that share a store. 16 to 64 bytes. */
  readonly secret: Buffer;
  /** What was decided so far: its findings, its effect. */
  readonly verdict: Verdict | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What expressions know of it. */
  readonly moment?: Moment;
  /** Of the call among all others: its trace, by which people find it, `-`, and what no other call has. */
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
  /** How many things rules on content have found in what the server said. */
  readonly answerFindings?: number;
  readonly now: number;
}

/** What one rule has to do with one call. */
export interface Part {
  /** Its id, for the record and the store. */
  readonly rule: string;
  /** It only records, whatever it says. */
  readonly shadow: boolean;
  /**
   * What has to be read before it can be told what to ask. `know` is handed what was seen of it, each time before `ops` is read; none of
   * it is written.
   */
  readonly before?: { readonly ops: readonly Wanted[]; know(seen: readonly Seen[]): void };
  /** In its order the store is asked when the call is judged (nothing is written), and again, to write it all, when it is sent. */
  readonly ops: readonly Wanted[];
  /** The same once a person has agreed to what it held: what refuses whatever anybody agrees to. As many. Default: nothing is asked. */
  readonly opsOnceAgreed?: readonly Wanted[];
  /** Undefined: nothing against it. Called with what was seen of `ops`, both times; `now` is the time of that. */
  judge(seen: readonly Seen[], now: number): Judged | undefined;
  /** What is left behind this call, once it is sent; for programs that pace themselves. */
  left?(seen: readonly Seen[]): readonly Limited[];
  /** `ops` are written: `seen` is what was there before. */
  onWritten?(seen: readonly Seen[]): Spent | undefined;
  /**
   * What is added by whatever the server says for the call, as often as it says something: a result, one that asks for more, the members
   * of an error, what has become of a task, failed or not. Whoever counts answers has `onAnswer`.
   */
  onSaid?(said: JsonView): readonly Wanted[];
  /** It is sent, and a task: only `onSaid`, `onAnswer` and `onEnd` are asked from now on, for as long as the task is known. */
  release?(): void;
  /** What the answer adds. It is added whatever was there. */
  onAnswer?(answer: HistoryAnswer): readonly Wanted[];
  /** The same of what the answer added; first with nothing seen, while it is not known whether it can be written. */
  onAnswerWritten?(seen: readonly Seen[], answer: HistoryAnswer): Spent | undefined;
  /** What the end of the call adds, or gives back: also of one that was refused behind the step where this was asked for. */
  onEnd?(end: HistoryEnd): readonly Wanted[];
}

export interface Judged {
  /** `Deny`, `RequireApproval` or `Log`. */
  readonly verdict: Verdict;
  /** Of a call that would pass later: what a program reads of it in `_meta` and in the headers of the answer; undefined: nothing. */
  readonly limited?: Limited;
}

/** What was taken out of a budget at once. */
export interface Spent {
  /** The rule's id. */
  readonly budget: string;
  readonly shadow: boolean;
  /** Thousandths of a credit. */
  readonly milli: number;
  /** Of one credit; undefined: it has none. */
  readonly price: { readonly amount: string; readonly currency: string } | undefined;
  /** So much is spent now that somebody wants to hear of it; undefined: not, or they have. */
  readonly reached: Reached | undefined;
}

export interface Reached {
  /** The highest one that was reached. */
  readonly percent: number;
  /** Credits. */
  readonly spent: number;
  readonly limit: number;
}

/** A score, and where it is kept. */
export interface ScoreAt {
  readonly rule: string;
  readonly op: PointsOp;
  readonly ofSession: boolean;
}

export interface HistoryRule {
  /** Undefined: it has nothing to do with this call. */
  about(event: HistoryEvent): Part | undefined;
  /** What it adds that a call was refused before it could be asked about it. */
  onRefused?(whose: Whose): readonly Wanted[];
  /** Of a score: what shows where a caller stands. */
  standing?(whose: Whose): ScoreAt;
}

export type { Limited, Place, Seen, Wanted };
