/** A call that the rules allow only with a person's word waits for one. Whether it can wait at all is said at once. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { namedApproval, subjectOf } from '../../approvals/approval-subject.ts';
import { type KnownDefinition, knownDefinitionOf } from '../../approvals/known-definition.ts';
import * as wording from '../../approvals/wording.ts';
import type { JudgingMessage } from '../../call/call.ts';
import type { Reply } from '../../call/reply.ts';
import { Hold, type HoldParts } from '../hold.ts';
import type { PathParts } from '../parts.ts';
import type { Wait } from '../walk.ts';

type AskingParts = HoldParts &
  Pick<PathParts, 'approvalDigests'> & { readonly credentials: Pick<PathParts['credentials'], 'watchedFor'> };

export function awaitApproval(call: JudgingMessage, gate: AskingParts, reply: Reply): Refusal | Wait | undefined {
  const { content, reading, judgement } = call;
  const { verdict, targets, redacted } = judgement;
  if (verdict?.effect !== 'RequireApproval') return undefined;
  const { approvals } = gate;
  if (approvals === undefined) {
    return wording.impossible('nobody can approve here; this gate runs without an approval service');
  }
  if (!gate.holds.hasRoomFor(content.body.length)) {
    return wording.impossible('too much waits for approval; wait until some of it is decided');
  }
  const { policy } = reading;
  const [target] = targets;
  const known = target === undefined ? NOTHING_KNOWN : knownDefinitionOf(target, gate);
  const keys = gate.credentials.watchedFor(call.principal);
  const by = { principal: call.principal, policy, digests: gate.approvalDigests, keys };
  const asked = subjectOf({ ...content, verdict, targets, redacted, ...known, ...by });
  if ('impossible' in asked) return wording.impossible(asked.impossible);
  const { resumed } = reading;
  // Two calls of one client, and the state of one with the params of the other.
  if (resumed !== undefined && resumed.digest !== asked.subject.digest) {
    return refuse('state-not-found', 'it was given for another call; call again without it');
  }
  return new Hold(call, reply, gate, approvals, asked.subject, namedApproval(content.message));
}

const NOTHING_KNOWN: KnownDefinition = { pin: undefined, card: undefined };
