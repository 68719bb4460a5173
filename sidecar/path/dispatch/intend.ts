/**
 * Where a person approved the call, or a pack asks for it, the intent to send it is on the disk first, so that it has a record whatever
 * happens to the gate. For all other calls that would cost more than the call.
 */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { JudgedCall } from '../../call/call.ts';
import { type IntentReason, type RecordParts, recordIntent } from '../../call/record.ts';
import type { Reply } from '../../call/reply.ts';
import type { Holds } from '../../memory/holds.ts';
import type { Wait } from '../walk.ts';

/** A disk that takes longer is none that a caller waits for. */
const ON_DISK_WITHIN_MS = 5_000;

interface Parts extends RecordParts {
  readonly holds: Holds;
}

export function intend(call: JudgedCall, gate: Parts, reply: Reply): Wait | undefined {
  const reason = whyOnDisk(call);
  return reason === undefined || call.course.intent !== undefined ? undefined : new OnDisk(call, reply, gate, reason);
}

function whyOnDisk({ judgement, reading }: JudgedCall): IntentReason | undefined {
  const { verdict, targets } = judgement;
  if (verdict?.effect === 'RequireApproval') return 'approved';
  return reading.policy?.bundle.audit?.level === 'Required' && targets.length > 0 ? 'audit-required' : undefined;
}

/** Ends exactly once: with nothing when the intent is on the disk, or with the refusal that ends the call. */
class OnDisk implements Wait {
  readonly what = 'sallyport.record_intent';
  readonly #call: JudgedCall;
  readonly #reply: Reply;
  readonly #gate: Parts;
  readonly #reason: IntentReason;
  #late: NodeJS.Timeout | undefined = undefined;
  #resume: ((refusal: Refusal | undefined) => void) | undefined = undefined;

  constructor(call: JudgedCall, reply: Reply, gate: Parts, reason: IntentReason) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#reason = reason;
  }

  begin(resume: (refusal: Refusal | undefined) => void): void {
    this.#resume = resume;
    this.#late = setTimeout(() => {
      this.#finish(refuse('audit-unavailable', 'the disk takes too long; the call was not sent'));
    }, ON_DISK_WITHIN_MS);
    // What takes a held call back takes this one back as well: it has not been sent.
    const takeBack = (): void => this.#finish(refuse('draining', 'the call was taken back before it was sent'));
    const held = { cancel: takeBack, abandon: takeBack };
    this.#gate.holds.add(this.#call, held, this.#call.content?.body.length ?? 0);
    recordIntent(this.#call, this.#gate, this.#reason, (error) => {
      if (error !== undefined) this.#finish(refuse('audit-unavailable', 'the call was not sent'));
      // With nobody there to collect the result, nothing is executed.
      else if (!this.#reply.open) this.#finish(refuse('draining', 'the client left before the call was sent'));
      else this.#finish(undefined);
    });
  }

  #finish(refusal: Refusal | undefined): void {
    const resume = this.#resume;
    if (resume === undefined) return;
    this.#resume = undefined;
    clearTimeout(this.#late);
    this.#gate.holds.delete(this.#call);
    resume(refusal);
  }
}
