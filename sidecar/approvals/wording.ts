/** What the model reads about a call that needs a person. Each state has words of its own, and each says what to do next. */
import { type Refusal, refuse, refuseInWords } from '../../core/mcp/refusals.ts';
import type { Approval, StandingGrant } from './approval.ts';

export function pending(approval: Approval, usedUp: string | undefined): Refusal {
  const again =
    usedUp === undefined ? '' : ` The earlier approval ${usedUp} was used once and does not cover this call.`;
  const votes = approval.votes === undefined ? '' : ` At the last look it had ${approval.votes}.`;
  return refuseInWords(
    'approval-pending',
    `Not executed yet: this call waits for a person's approval (${approval.name}: ${approval.subject.reason}).${votes}${again} ` +
      `Call again with identical arguments to collect the decision, until ${timeOf(approval.expiresAt)}.`,
    dataOf(approval),
  );
}

export function denied(approval: Approval): Refusal {
  const why = approval.reason === undefined ? '' : ` Reason given: ${JSON.stringify(approval.reason)}.`;
  return refuseInWords(
    'approval-denied',
    `Not executed: ${approval.decidedBy ?? 'an approver'} denied this call (${approval.name}).${why} Do not retry it.`,
    dataOf(approval),
  );
}

export function expired(approval: Approval): Refusal {
  return refuseInWords(
    'approval-expired',
    `Not executed: the approval ${approval.name} expired before it could be used. ` +
      'Calling again asks a person anew; do so only if the action is still wanted.',
    dataOf(approval),
  );
}

/** What a person approved was approved under rules that are no longer in force. */
export function outdated(approval: Approval): Refusal {
  return refuseInWords(
    'approval-outdated',
    `Not executed: the policy changed after ${approval.name} was asked for, so its approval does not count. ` +
      'Call again to have the call decided on by the policy in force now.',
    dataOf(approval),
  );
}

/** What a person approved was the call of a tool that is another one by now, as far as anybody is told. */
export function redefined(approval: Approval): Refusal {
  const { kind, name } = approval.subject.target;
  return refuseInWords(
    'approval-outdated',
    `Not executed: what the server says of ${kind} ${JSON.stringify(name)} changed after ${approval.name} was asked for, so its ` +
      'approval does not count. List what the server offers, then call again to ask about it as it is now.',
    dataOf(approval),
  );
}

/** The operator took the request back, or it was deleted. */
export function withdrawn(approval: Approval): Refusal {
  return refuseInWords(
    'approval-outdated',
    `Not executed: the request ${approval.name} was withdrawn, because the policy or the server it was made for changed, or a person has halted you. ` +
      'Call again to have the call decided on as things are now.',
    dataOf(approval),
  );
}

export function usedByAnother(approval: Approval): Refusal {
  return refuseInWords(
    'approval-used',
    `Not executed: ${approval.name} was approved, but an identical call used the approval. Calling again asks a person anew.`,
    dataOf(approval),
  );
}

/** Too many calls of the caller waited, and a person was asked about all of them at once. */
export function halted(name: string, until: string): Refusal {
  return refuseInWords(
    'approval-denied',
    `Not executed: a person has halted your calls that need approval, until ${until} (${name}). Do not retry before that, and tell whoever you work for.`,
    { approval: name, state: 'Denied', expiresAt: until },
  );
}

/** To the model, beside the server's answer. */
export function grantedNote({ name, expiresAt }: Approval, { uses, maxUses }: StandingGrant): string {
  return `[Sallyport: allowed by the standing grant ${name}; ${maxUses - uses} of ${maxUses} uses left, until ${timeOf(expiresAt)}.]`;
}

/** Its client has left, or has taken it back, while it was about to be sent. */
export function takenBack(approval: Approval): Refusal {
  return refuseInWords(
    'approval-used',
    `Not executed: the call was taken back while its approval ${approval.name} was used up. Calling again asks a person anew.`,
    dataOf(approval),
  );
}

export function unknown(name: string): Refusal {
  return refuseInWords(
    'approval-unknown',
    `Not executed: the approval ${JSON.stringify(name.slice(0, 100))} is not known here; it is another client's, of another ` +
      'call, or of before a restart. Call again without naming it to ask a person anew.',
    { approval: name.slice(0, 100) },
  );
}

export function impossible(why: string): Refusal {
  return refuse('approval-unavailable', why);
}

function dataOf(approval: Approval): object {
  return { approval: approval.name, state: approval.state, expiresAt: new Date(approval.expiresAt).toISOString() };
}

function timeOf(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
