/**
 * Seventh step: a call that needs a person waits for one. The stream is opened as soon as it is known that it has to wait, and kept
 * alive, progress is sent where the client asked for it, and after a short budget the client is told to call again (the ladder that
 * works with every client).
 */
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { KEEP_ALIVE, messageEvent } from '../../core/mcp/sse.ts';
import type { Approval, ApprovalSubject } from '../approvals/approval.ts';
import type { ApprovalService } from '../approvals/service.ts';
import * as wording from '../approvals/wording.ts';
import type { PathParts } from './parts.ts';
import { takesMore } from '../call/accepts-events.ts';
import type { Call } from '../call/call.ts';
import { progressTokenOf } from '../../core/mcp/progress-token.ts';
import { ProgressOffset } from '../call/progress-offset.ts';
import { type Reply, SSE_HEADERS } from '../call/reply.ts';
import { namedApproval, subjectOf } from '../approvals/approval-subject.ts';

/** Below the shortest idle timeout known of proxies on the way. */
const KEEP_ALIVE_MS = 10_000;
const PROGRESS_MS = 5_000;

/** Continues the call: with a refusal to answer, or with none, to be forwarded. */
type Resume = (refusal: Refusal | undefined, progress: ProgressOffset | undefined) => void;

export function holdForApproval(call: Call, reply: Reply, gate: PathParts, resume: Resume): void {
  const { approvals } = gate;
  if (approvals === undefined) {
    resume(wording.impossible('nobody can approve here; this gate runs without an approval service'), undefined);
    return;
  }
  if (!gate.holds.hasRoomFor(call.body?.length ?? 0)) {
    resume(wording.impossible('too much waits for approval; wait until some of it is decided'), undefined);
    return;
  }
  const subject = subjectOf(call);
  if ('subject' in subject) new Hold(call, reply, gate, approvals, resume).start(subject.subject);
  else resume(wording.impossible(subject.impossible), undefined);
}

/** Asks, waits, and uses the approval up. It ends exactly once, whatever comes first. */
class Hold {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #gate: PathParts;
  readonly #approvals: ApprovalService;
  readonly #resume: Resume;
  readonly #startedAt: number;
  #approval: Approval | undefined = undefined;
  #usedUp: string | undefined = undefined;
  #progress: ProgressOffset | undefined = undefined;
  #budget: NodeJS.Timeout | undefined = undefined;
  #signsOfLife: NodeJS.Timeout[] = [];
  #stopWatching: () => void = () => {};
  /** The client left, or took its call back. */
  #left = false;
  /** An approval is being used up: what became of it must be on record, also when the client leaves meanwhile. */
  #claiming = false;
  #over = false;

  constructor(call: Call, reply: Reply, gate: PathParts, approvals: ApprovalService, resume: Resume) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#approvals = approvals;
    this.#resume = resume;
    this.#startedAt = gate.clock.monotonic();
  }

  start(subject: ApprovalSubject): void {
    this.#gate.metrics.heldCalls(1);
    const held = { cancel: () => this.#leave(), abandon: () => this.#abandon() };
    this.#gate.holds.add(this.#call, held, this.#call.body?.length ?? 0);
    this.#reply.onClientGone(() => this.#leave());
    this.#guarded(async () => this.#submit(subject));
  }

  async #submit(subject: ApprovalSubject): Promise<void> {
    const outcome = await this.#approvals.submit(subject, namedApproval(this.#call));
    if (this.#over) return;
    switch (outcome.kind) {
      case 'unknown':
        return this.#finish(wording.unknown(outcome.name));
      case 'too-many':
        return this.#finish(
          wording.impossible('too many of your calls wait for approval; wait until some are decided'),
        );
      case 'unavailable':
        return this.#finish(wording.impossible(outcome.why));
      case 'found':
        this.#usedUp = outcome.usedUp;
        // Its digest stands for it now; as a value it would take many times the memory of its text.
        this.#call.forgetArguments();
        this.#note(outcome.approval);
        if (outcome.approval.state === 'Pending') return this.#wait(outcome.approval);
        return this.#collect(outcome.approval);
    }
  }

  #wait(approval: Approval): void {
    const spent = this.#gate.clock.monotonic() - this.#startedAt;
    const budget = Math.max(0, (this.#call.decision?.obligations.approval?.holdMs ?? 0) - spent);
    this.#budget = setTimeout(() => this.#finish(wording.pending(approval, this.#usedUp)), budget);
    this.#openStream(approval.name);
    this.#stopWatching = this.#approvals.watch(approval, (settled) => {
      this.#guarded(async () => this.#collect(settled));
    });
  }

  #openStream(name: string): void {
    const { message } = this.#call;
    const token = message?.kind === 'request' ? progressTokenOf(message.params) : undefined;
    this.#progress = token === undefined ? undefined : new ProgressOffset(token);
    if (!takesMore(this.#call)) return;
    this.#reply.start(200, SSE_HEADERS);
    this.#reply.write(KEEP_ALIVE);
    this.#signsOfLife.push(setInterval(() => this.#reply.write(KEEP_ALIVE), KEEP_ALIVE_MS));
    if (this.#progress === undefined) return;
    this.#sendProgress(name);
    this.#signsOfLife.push(setInterval(() => this.#sendProgress(name), PROGRESS_MS));
  }

  #sendProgress(name: string): void {
    const text = this.#progress?.next(`waiting for approval ${name}`);
    if (text !== undefined) this.#reply.write(messageEvent(text));
  }

  /** The request is decided, or over: what does that mean for this call? */
  async #collect(settled: Approval): Promise<void> {
    if (this.#over) return;
    this.#note(settled);
    if (settled.state !== 'Approved') return this.#finish(this.#wordsFor(settled));
    const objection = this.#objection(settled);
    if (objection !== undefined) return this.#finish(objection);
    this.#claiming = true;
    clearTimeout(this.#budget);
    const claim = await this.#approvals.claim(settled);
    if (claim.kind === 'unavailable') return this.#finish(wording.impossible(claim.why));
    this.#note(claim.approval);
    if (claim.kind === 'not-claimed') return this.#finish(this.#wordsFor(claim.approval));
    // Things may have changed while it was claimed. It is used up then, which is the safe of the two errors.
    this.#finish(this.#objection(claim.approval));
  }

  #wordsFor(approval: Approval): Refusal {
    switch (approval.state) {
      case 'Pending':
        return wording.pending(approval, this.#usedUp);
      case 'Denied':
        return wording.denied(approval);
      case 'Expired':
        return wording.expired(approval);
      case 'Consumed':
        return wording.usedByAnother(approval);
      case 'Withdrawn':
        return wording.withdrawn(approval);
      // Approved, and yet it could not be used: it was for another policy.
      case 'Approved':
        return wording.outdated(approval);
    }
  }

  /** What speaks against sending the call although a person approved it: all that may have changed while they thought. */
  #objection(approval: Approval): Refusal | undefined {
    const call = this.#call;
    const policy = this.#gate.policy.current();
    if (policy === undefined || policy.revision !== approval.subject.revision) return wording.outdated(approval);
    // The approval stays for whoever is still known by their token.
    if (call.proof?.holds() !== true) return refuse('unauthenticated', 'the token changed while the call was held');
    if (this.#gate.audit.state !== 'ok') return refuse('audit-unavailable', 'calls are refused until they can be');
    return undefined;
  }

  #note(approval: Approval): void {
    this.#approval = approval;
    this.#call.approval = { name: approval.name, state: approval.state };
  }

  /** With nobody there to collect the result, nothing is executed; the decision waits for an identical call. */
  #leave(): void {
    this.#left = true;
    if (!this.#claiming) this.#finish(undefined);
  }

  /** Whether the approval is used up nobody will hear any more; the call is not sent. */
  #abandon(): void {
    this.#left = false;
    this.#finish(wording.impossible('the gate ended while the approval was being used up'));
  }

  #finish(refusal: Refusal | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#budget);
    for (const timer of this.#signsOfLife) clearInterval(timer);
    this.#stopWatching();
    this.#gate.holds.delete(this.#call);
    this.#gate.metrics.heldCalls(-1);
    this.#call.heldMs = this.#gate.clock.monotonic() - this.#startedAt;
    if (this.#left) this.#resume(this.#wordsForLeaving(), undefined);
    else this.#resume(refusal, this.#progress);
  }

  #wordsForLeaving(): Refusal {
    if (this.#approval !== undefined) return wording.pending(this.#approval, undefined);
    if (this.#gate.draining) return refuse('draining', 'call again in a moment');
    return wording.impossible('the call was taken back before anybody was asked');
  }

  /** A step that throws has decided nothing, so the call goes nowhere. */
  #guarded(step: () => Promise<void>): void {
    step().catch((error: unknown) => {
      this.#gate.log.error({ err: error, traceId: this.#call.traceId }, 'holding a call failed; it was refused');
      this.#finish(refuse('internal-error', 'the call could not be decided on'));
    });
  }
}
