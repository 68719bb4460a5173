/**
 * Who is asked about held calls: this process (local mode) or the operator (a pod). Everything here happens off the path of
 * ordinary calls, and nothing here rejects: what could not be learned is an answer of its own, and none of them lets a call pass.
 */
import type { Approval, ApprovalSubject } from './approval.ts';
import type { HeldState } from './held-state.ts';

export interface ApprovalService {
  /**
   * The request for this call: the one that is open already, or a new one. `named` is the one its client says it waits for, `resumed` the
   * one that this gate or another has made it wait for: what has become of that is the answer, as if the call had been held all the time.
   */
  submit(subject: ApprovalSubject, named: string | undefined, resumed?: HeldState): Promise<SubmitOutcome>;
  /** Calls `onSettled` once when the request is no longer pending; the function returned takes that back. */
  watch(approval: Approval, onSettled: (settled: Approval) => void): () => void;
  /** Uses an approval up: `claimed` for exactly one caller ever, and only while it is valid for the revision asked under. */
  claim(approval: Approval): Promise<Claim>;
}

export type SubmitOutcome =
  /** `usedUp` names an approval of an identical call that is used up already. */
  | { readonly kind: 'found'; readonly approval: Approval; readonly usedUp: string | undefined }
  /** There is none of the name given, or it is for another call. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** More questions than a person can weigh are answered with no. */
  | { readonly kind: 'too-many' }
  /** A person has halted this caller; `until`: an RFC 3339 time, `name`: of the request by which. */
  | { readonly kind: 'halted'; readonly name: string; readonly until: string }
  | Unavailable;

export type Claim =
  | { readonly kind: 'claimed'; readonly approval: Approval }
  /** Its state says why not; one that is still approved was approved under another policy. */
  | { readonly kind: 'not-claimed'; readonly approval: Approval }
  | Unavailable;

export interface Unavailable {
  readonly kind: 'unavailable';
  /** For the caller: what is the matter, and what to do. */
  readonly why: string;
}
