/**
 * Last thing before a call is sent: where a person approved it, or a pack asks for it, the intent to send it is on the disk first, so
 * that it has a record whatever happens to the gate. For all other calls that would cost more than the call.
 */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { PathParts } from '../parts.ts';
import type { Call } from '../../call/call.ts';
import { type IntentReason, recordIntent } from '../../call/record.ts';
import type { Reply } from '../../call/reply.ts';

/** A disk that takes longer is none that a caller waits for. */
const ON_DISK_WITHIN_MS = 5_000;

/** Why the intent has to be on the disk before the call is sent; undefined: it has not to be. */
export function whyOnDisk({ decision, policy, targets }: Call): IntentReason | undefined {
  if (decision?.effect === 'RequireApproval') return 'approved';
  return policy?.bundle.audit?.level === 'Required' && targets.length > 0 ? 'audit-required' : undefined;
}

/** Calls `resume` exactly once: with nothing when the intent is on the disk, or with the refusal that ends the call. */
export function putOnDisk(
  call: Call,
  reply: Reply,
  gate: PathParts,
  why: IntentReason,
  resume: (refusal: Refusal | undefined) => void,
): void {
  let isOver = false;
  const finish = (refusal: Refusal | undefined): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(late);
    gate.holds.delete(call);
    resume(refusal);
  };
  const late = setTimeout(() => {
    finish(refuse('audit-unavailable', 'the disk takes too long; the call was not sent'));
  }, ON_DISK_WITHIN_MS);
  // What takes a held call back takes this one back as well: it has not been sent.
  const takeBack = (): void => finish(refuse('draining', 'the call was taken back before it was sent'));
  gate.holds.add(call, { cancel: takeBack, abandon: takeBack }, call.body?.length ?? 0);
  recordIntent(call, gate, why, (error) => {
    if (error !== undefined) finish(refuse('audit-unavailable', 'the call was not sent'));
    // With nobody there to collect the result, nothing is executed.
    else if (!reply.open) finish(refuse('draining', 'the client left before the call was sent'));
    else finish(undefined);
  });
}
