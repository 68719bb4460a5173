/** Approvals that this process keeps itself, as the service that held calls ask. */
import type { Clock } from '../../core/clock.ts';
import type { Approval, ApprovalSubject } from './approval.ts';
import type { ApprovalBroker } from './broker.ts';
import type { HeldState } from './held-state.ts';
import type { ApprovalService, Claim, SubmitOutcome } from './service.ts';

/** The longest that a timer of Node can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class LocalApprovals implements ApprovalService {
  readonly #broker: ApprovalBroker;
  readonly #clock: Clock;

  constructor(broker: ApprovalBroker, clock: Clock) {
    this.#broker = broker;
    this.#clock = clock;
  }

  async submit(subject: ApprovalSubject, named: string | undefined, resumed?: HeldState): Promise<SubmitOutcome> {
    const needed = Math.max(1, ...(subject.quorums ?? []).map(({ quorum }) => quorum));
    if (needed > 1) return { kind: 'unavailable', why: `it takes ${needed} people, and local mode knows one` };
    // Names are shown to approvers and printed in logs: knowing one must not tell anything about another's call.
    if (named !== undefined && this.#broker.get(named)?.subject.digest !== subject.digest) {
      return { kind: 'unknown', name: named };
    }
    const waitedFor = resumed === undefined ? undefined : this.#broker.get(resumed.approval);
    // One of before a restart is gone, and one under another policy void: a person is asked anew.
    if (waitedFor?.subject.digest === subject.digest && waitedFor.subject.revision === subject.revision) {
      this.#broker.forgetExpired(waitedFor);
      return { kind: 'found', approval: waitedFor, usedUp: undefined };
    }
    const submitted = this.#broker.submit(subject);
    if (submitted === undefined) return { kind: 'too-many' };
    return { kind: 'found', approval: submitted.approval, usedUp: submitted.usedUp };
  }

  watch({ name, expiresAt }: Approval, onSettled: (settled: Approval) => void): () => void {
    let timer: NodeJS.Timeout;
    // The broker tells time by being asked. Timers and clock may differ by a little, so this asks until it has happened.
    const askAtExpiry = (): void => {
      const ms = Math.min(MAX_TIMER_MS, Math.max(1, expiresAt - this.#clock.now()));
      timer = setTimeout(() => {
        if (this.#broker.get(name)?.state === 'Pending') askAtExpiry();
      }, ms);
    };
    const stop = this.#broker.whenSettled(name, (settled) => {
      clearTimeout(timer);
      this.#broker.forgetExpired(settled);
      onSettled(settled);
    });
    askAtExpiry();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }

  async claim(approval: Approval): Promise<Claim> {
    const record = this.#broker.get(approval.name);
    if (record === undefined) return { kind: 'not-claimed', approval: { ...approval, state: 'Withdrawn' } };
    if (this.#broker.claim(record, approval.subject.revision)) return { kind: 'claimed', approval: record };
    this.#broker.forgetExpired(record);
    return { kind: 'not-claimed', approval: record };
  }
}
