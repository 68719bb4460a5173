/**
 * How a call waits for a person. The stream is opened as soon as it is known that it has to wait, and kept alive, progress is sent where
 * the client asked for it, and after a short budget the client is told to call again (the ladder that works with every client).
 */
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { isSameDefinition } from '../../core/policy/same-definition.ts';
import { KEEP_ALIVE, messageEvent } from '../../core/mcp/sse.ts';
import type { Approval, ApprovalSubject } from '../approvals/approval.ts';
import { isRedefined } from '../approvals/known-definition.ts';
import type { ApprovalService } from '../approvals/service.ts';
import { comeBackWith } from '../call/come-back.ts';
import * as wording from '../approvals/wording.ts';
import type { PathParts } from './parts.ts';
import { takesMore } from '../call/accepts-events.ts';
import type { JudgingMessage } from '../call/call.ts';
import { progressTokenOf } from '../../core/mcp/progress-token.ts';
import { ProgressOffset } from '../call/progress-offset.ts';
import { type Reply, SSE_HEADERS } from '../call/reply.ts';
import { type WaitingTask, holdAsTask } from './hold-as-task.ts';
import { tellClient } from './tell-client.ts';
import { whyNotValid } from './dispatch/still-valid.ts';
import type { Wait } from './walk.ts';

/** Below the shortest idle timeout known of proxies on the way. */
const KEEP_ALIVE_MS = 10_000;
const PROGRESS_MS = 5_000;

/** The parts of the gate that a held call takes. */
export type HoldParts = Pick<
  PathParts,
  | 'heldTasks'
  | 'tasks'
  | 'handles'
  | 'approvals'
  | 'approvalNotes'
  | 'holds'
  | 'metrics'
  | 'clock'
  | 'policy'
  | 'audit'
  | 'draining'
  | 'log'
  | 'seal'
  | 'definitions'
  | 'inputSchemas'
>;

/** Asks, waits, and uses the approval up. It ends exactly once, whatever comes first. */
export class Hold implements Wait {
  readonly what = 'sallyport.await_approval';
  readonly #call: JudgingMessage;
  readonly #reply: Reply;
  readonly #gate: HoldParts;
  readonly #approvals: ApprovalService;
  readonly #subject: ApprovalSubject;
  readonly #named: string | undefined;
  #resume: (refusal: Refusal | undefined, instead?: Reply) => void = () => {};
  readonly #startedAt: number;
  #approval: Approval | undefined = undefined;
  #usedUp: string | undefined = undefined;
  /** Its client asks after it, once it has waited for too long. */
  #waiting: WaitingTask | undefined = undefined;
  #budget: NodeJS.Timeout | undefined = undefined;
  readonly #signsOfLife: NodeJS.Timeout[] = [];
  #stopWatching: () => void = () => {};
  #stopTelling: (() => void) | undefined = undefined;
  /** The client left, or took its call back. */
  #left = false;
  /** An approval is being used up: what became of it must be on record, also when the client leaves meanwhile. */
  #claiming = false;
  #over = false;

  /** `named`: the approval that its client says it waits for. */
  constructor(
    call: JudgingMessage,
    reply: Reply,
    gate: HoldParts,
    approvals: ApprovalService,
    subject: ApprovalSubject,
    named: string | undefined,
  ) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#approvals = approvals;
    this.#subject = subject;
    this.#named = named;
    this.#startedAt = gate.clock.monotonic();
  }

  begin(resume: (refusal: Refusal | undefined, instead?: Reply) => void): void {
    this.#resume = resume;
    this.#gate.metrics.heldCalls(1);
    const held = {
      cancel: () => this.#leave(),
      refuse: (why: Refusal) => this.#refuse(why),
      abandon: () => this.#abandon(),
    };
    this.#gate.holds.add(this.#call, held, this.#call.content.body.length);
    this.#reply.onClientGone(() => {
      if (this.#waiting === undefined) this.#leave();
    });
    this.#guarded(async () => this.#submit());
  }

  async #submit(): Promise<void> {
    const outcome = await this.#approvals.submit(this.#subject, this.#named, this.#call.reading.resumed);
    if (this.#over) return;
    switch (outcome.kind) {
      case 'unknown':
        return this.#finish(wording.unknown(outcome.name));
      case 'too-many':
        return this.#finish(
          wording.impossible('too many of your calls wait for approval; wait until some are decided'),
        );
      case 'halted':
        return this.#finish(wording.halted(outcome.name, outcome.until));
      case 'unavailable':
        return this.#finish(wording.impossible(outcome.why));
      case 'found':
        this.#usedUp = outcome.usedUp;
        this.#note(outcome.approval);
        if (outcome.approval.state === 'Pending') return this.#wait(outcome.approval);
        return this.#collect(outcome.approval);
    }
  }

  #wait(approval: Approval): void {
    const spent = this.#gate.clock.monotonic() - this.#startedAt;
    const budget = Math.max(0, this.#holdMs - spent);
    this.#budget = setTimeout(() => this.#guarded(async () => this.#outOfTime(approval)), budget);
    this.#openStream(approval.name);
    this.#stopTelling = tellClient(this.#call, this.#reply, approval, () => this.#leave());
    this.#stopWatching = this.#approvals.watch(approval, (settled) => {
      this.#guarded(async () => this.#collect(settled));
    });
  }

  /** Its client does not wait any longer: it asks after a task, comes back by itself, or is told to call again. */
  async #outOfTime(approval: Approval): Promise<void> {
    this.#stopSigns();
    this.#waiting = holdAsTask(this.#call, this.#reply, approval, this.#gate);
    if (this.#waiting === undefined) return this.#finish(this.#pending(approval));
    this.#waiting.reply.onClientGone(() => this.#leave());
  }

  get #holdMs(): number {
    return this.#call.judgement.verdict?.obligations.approval?.holdMs ?? 0;
  }

  /** Its client comes back by itself where it can; where it cannot, its model is told to call again. */
  #pending(approval: Approval): Refusal {
    // Where nobody is to wait at all, coming back would be asking over and over.
    if (this.#holdMs > 0 && this.#waiting === undefined)
      this.#call.course.comeBackWith = comeBackWith(this.#call, approval, this.#gate);
    return wording.pending(approval, this.#usedUp);
  }

  #openStream(name: string): void {
    const { message } = this.#call.content;
    const token = message.kind === 'request' ? progressTokenOf(message.params) : undefined;
    const progress = token === undefined ? undefined : new ProgressOffset(token);
    this.#call.course.progress = progress;
    if (!takesMore(this.#call)) return;
    this.#reply.start(200, SSE_HEADERS);
    this.#reply.write(KEEP_ALIVE);
    this.#signsOfLife.push(setInterval(() => this.#reply.write(KEEP_ALIVE), KEEP_ALIVE_MS));
    if (progress === undefined) return;
    const report = (): void => {
      this.#reply.write(messageEvent(progress.next(`waiting for approval ${name}`)));
    };
    report();
    this.#signsOfLife.push(setInterval(report, PROGRESS_MS));
  }

  /** The request is decided, or over: what does that mean for this call? */
  async #collect(settled: Approval): Promise<void> {
    if (this.#over) return;
    this.#note(settled);
    if (settled.state !== 'Approved') return this.#finish(this.#wordsFor(settled));
    // It is not used up for a call that could not be sent.
    const objection = whyNotValid(this.#call, this.#gate);
    if (objection !== undefined) return this.#finish(objection);
    clearTimeout(this.#budget);
    await this.#waiting?.task.somebodyAsks();
    if (this.#isOver()) return;
    // Which may have been an hour.
    const since = whyNotValid(this.#call, this.#gate);
    if (since !== undefined) return this.#finish(since);
    if (isRedefined(settled, this.#gate)) return this.#finish(wording.redefined(settled));
    this.#claiming = true;
    this.#waiting?.task.says('approved, and under way');
    const claim = await this.#approvals.claim(settled);
    if (claim.kind === 'unavailable') return this.#finish(wording.impossible(claim.why));
    this.#note(claim.approval);
    if (claim.kind === 'not-claimed') {
      // The grant that was to let it through is used up: another one does, or a person is asked.
      const isOther = settled.grant !== undefined && claim.approval.name !== settled.name;
      return isOther ? this.#askInstead(claim.approval) : this.#finish(this.#wordsFor(claim.approval));
    }
    // Things may have changed while it was claimed; it is used up then, which is the safe of the two errors (dispatch/still-valid.ts).
    this.#finish(undefined);
  }

  async #askInstead(other: Approval): Promise<void> {
    this.#claiming = false;
    if (this.#left) return this.#finish(undefined);
    return other.state === 'Pending' ? this.#wait(other) : this.#collect(other);
  }

  #wordsFor(approval: Approval): Refusal {
    switch (approval.state) {
      case 'Pending':
        return this.#pending(approval);
      case 'Denied':
        return wording.denied(approval);
      case 'Expired':
        return wording.expired(approval);
      case 'Consumed':
        return wording.usedByAnother(approval);
      case 'Withdrawn':
        return wording.withdrawn(approval);
      // Approved, and yet it could not be used: it was for another policy, or for another definition.
      case 'Approved':
        return isSameDefinition(approval.pin, this.#subject.pin)
          ? wording.outdated(approval)
          : wording.redefined(approval);
    }
  }

  #note(approval: Approval): void {
    this.#approval = approval;
    this.#call.course.approval = approval;
    const { approvalNotes } = this.#gate;
    if (approval.state === 'Pending') approvalNotes.asked(approval, this.#call.traceId, this.#call.session?.id);
    else approvalNotes.changed(approval);
  }

  /** With nobody there to collect the result, nothing is executed; the decision waits for an identical call. */
  #leave(): void {
    this.#left = true;
    if (!this.#claiming) this.#finish(undefined);
  }

  /** While an approval is being used up, what became of it is waited for, and the call refused before it is sent (dispatch/still-valid.ts). */
  #refuse(why: Refusal): void {
    if (!this.#claiming) this.#finish(why);
  }

  /** Whether the approval is used up nobody will hear any more; the call is not sent. */
  #abandon(): void {
    this.#finish(wording.impossible('the gate ended while the approval was being used up'));
  }

  #finish(refusal: Refusal | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#budget);
    this.#stopSigns();
    this.#stopWatching();
    this.#gate.holds.delete(this.#call);
    this.#gate.metrics.heldCalls(-1);
    const heldMs = this.#gate.clock.monotonic() - this.#startedAt;
    this.#call.course.heldMs = heldMs;
    this.#gate.metrics.self.held(heldMs / 1000);
    this.#resume(this.#left ? (refusal ?? this.#wordsForLeaving()) : refusal, this.#waiting?.reply);
  }

  /** Asked again behind a wait, which the compiler does not know to change anything. */
  #isOver(): boolean {
    return this.#over;
  }

  #stopSigns(): void {
    for (const timer of this.#signsOfLife.splice(0)) clearInterval(timer);
    this.#stopTelling?.();
    this.#stopTelling = undefined;
  }

  #wordsForLeaving(): Refusal {
    if (this.#approval?.state === 'Consumed') return wording.takenBack(this.#approval);
    // Whoever is still there, while this gate ends, comes back to another one.
    if (this.#approval !== undefined) return this.#pending(this.#approval);
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
