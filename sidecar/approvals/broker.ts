/**
 * Approvals and what became of them, in memory. One call, one request, one execution: identical calls of one principal share
 * the request, and an approval is used up by the first of them that claims it.
 */
import type { Clock } from '../../core/clock.ts';
import { isSamePrincipal, principalKey } from '../../core/policy/principal.ts';
import type { ApprovalState } from '../../core/api/approval-request.ts';
import { isSameDefinition } from '../../core/policy/same-definition.ts';
import type { ApprovalRecord, ApprovalSubject } from './approval.ts';

export type DecideOutcome =
  | { readonly outcome: 'decided'; readonly approval: ApprovalRecord }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'settled'; readonly approval: ApprovalRecord };

/** What a call finds when it asks: `fresh` is a request made just now for it. */
export interface Submitted {
  readonly approval: ApprovalRecord;
  readonly fresh: boolean;
  /** An approval of an identical call that is already used up. */
  readonly usedUp: string | undefined;
}

/** More questions than a person can weigh are answered with no. */
const MAX_PENDING_PER_PRINCIPAL = 20;
/** Settled requests that `list` still shows. */
const MAX_KEPT = 1000;

export class ApprovalBroker {
  readonly #clock: Clock;
  readonly #newName: (subject: ApprovalSubject) => string;
  readonly #byName = new Map<string, ApprovalRecord>();
  /** The request that an identical call would meet. */
  readonly #byCall = new Map<string, ApprovalRecord>();
  readonly #waiting = new Map<string, Set<(settled: ApprovalRecord) => void>>();
  readonly #observers = new Set<(approval: ApprovalRecord) => void>();

  constructor(clock: Clock, newName: (subject: ApprovalSubject) => string) {
    this.#clock = clock;
    this.#newName = newName;
  }

  /** Hears of every new request and of every change of state. */
  observe(observer: (approval: ApprovalRecord) => void): void {
    this.#observers.add(observer);
  }

  /** The request for this call: the one that waits already, or a new one; undefined when too many wait. */
  submit(subject: ApprovalSubject): Submitted | undefined {
    const key = keyOf(subject);
    const known = this.#latest(key);
    if (known !== undefined && known.state !== 'Consumed') {
      if (known.subject.revision === subject.revision && isSameDefinition(known.pin, subject.pin)) {
        this.forgetExpired(known);
        return { approval: known, fresh: false, usedUp: undefined };
      }
      // What was approved was approved under other rules, or of a tool that its server said something else of.
      if (known.state === 'Pending' || known.state === 'Approved') this.#settle(known, 'Expired');
    }
    if (this.#pendingOf(subject) >= MAX_PENDING_PER_PRINCIPAL) return undefined;
    const approval = this.#create(subject, key);
    return { approval, fresh: true, usedUp: known?.state === 'Consumed' ? known.name : undefined };
  }

  get(name: string): ApprovalRecord | undefined {
    const approval = this.#byName.get(name);
    if (approval !== undefined) this.#expireIfDue(approval);
    return approval;
  }

  /** All that are known, newest last. */
  list(): ApprovalRecord[] {
    const approvals = [...this.#byName.values()];
    for (const approval of approvals) this.#expireIfDue(approval);
    return approvals;
  }

  decide(name: string, decision: 'Approved' | 'Denied', by: string, reason: string | undefined): DecideOutcome {
    const approval = this.get(name);
    if (approval === undefined) return { outcome: 'unknown' };
    if (approval.state !== 'Pending') return { outcome: 'settled', approval };
    approval.decidedBy = by;
    approval.decidedAt = this.#clock.now();
    approval.reason = reason;
    this.#settle(approval, decision);
    return { outcome: 'decided', approval };
  }

  /** Uses an approval up. True for exactly one caller, and only while it is valid for this revision of the policy. */
  claim(approval: ApprovalRecord, revision: string): boolean {
    this.#expireIfDue(approval);
    if (approval.state !== 'Approved' || approval.subject.revision !== revision) return false;
    approval.consumedAt = this.#clock.now();
    this.#settle(approval, 'Consumed');
    return true;
  }

  /** Its caller has been told that it expired: the next identical call asks anew. */
  forgetExpired(approval: ApprovalRecord): void {
    if (approval.state === 'Expired') this.#forgetCall(approval);
  }

  /** Calls `listener` once when the request is no longer pending; the function returned takes that back. */
  whenSettled(name: string, listener: (settled: ApprovalRecord) => void): () => void {
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting);
    waiting.add(listener);
    return () => waiting.delete(listener);
  }

  #latest(key: string): ApprovalRecord | undefined {
    const known = this.#byCall.get(key);
    if (known !== undefined) this.#expireIfDue(known);
    return this.#byCall.get(key);
  }

  #create(subject: ApprovalSubject, key: string): ApprovalRecord {
    const now = this.#clock.now();
    const approval: ApprovalRecord = {
      name: this.#newName(subject),
      subject,
      createdAt: now,
      expiresAt: now + subject.expiresMs,
      pin: subject.pin,
      state: 'Pending',
      decidedBy: undefined,
      decidedAt: undefined,
      reason: undefined,
      consumedAt: undefined,
    };
    this.#byName.set(approval.name, approval);
    this.#byCall.set(key, approval);
    this.#forgetOldest();
    this.#tell(approval);
    return approval;
  }

  #expireIfDue(approval: ApprovalRecord): void {
    const live = approval.state === 'Pending' || approval.state === 'Approved';
    if (live && this.#clock.now() >= approval.expiresAt) this.#settle(approval, 'Expired');
    // A refusal stands as long as an approval would have.
    if (approval.state === 'Denied' && this.#clock.now() >= approval.expiresAt) this.#forgetCall(approval);
  }

  /** Only while it is the one that an identical call would meet: a newer one may have taken its place. */
  #forgetCall(approval: ApprovalRecord): void {
    const key = keyOf(approval.subject);
    if (this.#byCall.get(key) === approval) this.#byCall.delete(key);
  }

  #settle(approval: ApprovalRecord, state: ApprovalState): void {
    approval.state = state;
    this.#tell(approval);
    const waiting = this.#waiting.get(approval.name);
    this.#waiting.delete(approval.name);
    for (const listener of waiting ?? []) listener(approval);
  }

  #tell(approval: ApprovalRecord): void {
    for (const observer of this.#observers) observer(approval);
  }

  #pendingOf(subject: ApprovalSubject): number {
    let pending = 0;
    for (const { state, subject: other } of this.#byName.values()) {
      if (state === 'Pending' && sameOwner(other, subject)) pending++;
    }
    return pending;
  }

  #forgetOldest(): void {
    for (const approval of this.#byName.values()) {
      if (this.#byName.size <= MAX_KEPT) return;
      this.#expireIfDue(approval);
      if (approval.state === 'Pending' || approval.state === 'Approved') continue;
      this.#byName.delete(approval.name);
      this.#forgetCall(approval);
    }
  }
}

function keyOf(subject: ApprovalSubject): string {
  return `${principalKey(subject.principal)} ${subject.digest}`;
}

function sameOwner(a: ApprovalSubject, b: ApprovalSubject): boolean {
  return isSamePrincipal(a.principal, b.principal);
}
