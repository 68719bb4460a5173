/**
 * A call that comes back with the state it was given while it waited for a person is the call it was: what it says from here on is what
 * was held, so everything is decided on that, and the server never hears of the state.
 */
import { splice } from '../../../core/mcp/json-view.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { memberSpan, removeMember } from '../../answer/edits.ts';
import { membersRestored, readHeldState } from '../../approvals/held-state.ts';
import type { ReadingCall } from '../../call/call.ts';
import { viewOf } from '../../call/stages.ts';
import { looksLikeHeldCall } from '../../memory/handle-seal.ts';
import { serverOf } from '../../policy/source.ts';
import type { PathParts } from '../parts.ts';
import { readBody } from './read-body.ts';

export function resumeHeld(call: ReadingCall, gate: Pick<PathParts, 'seal'>): Refusal | undefined {
  const { content, reading } = call;
  const message = content?.message;
  if (content === undefined || message?.kind !== 'request' || reading.revision === undefined) return undefined;
  const { requestState } = message.params;
  if (typeof requestState !== 'string' || !looksLikeHeldCall(requestState)) return undefined;
  // Of what else could be meant by it there is nothing to come back to.
  if (reading.revision.callAgain(message.method, requestState) === undefined) return undefined;
  if (reading.policy === undefined) return refuse('state-not-found');
  const opened = gate.seal.open(requestState, call.entry.proof.principal, serverOf(reading.policy), 'held call');
  const state = opened === undefined ? undefined : readHeldState(opened);
  const params = viewOf(content)?.view('params');
  const member = params === undefined ? undefined : memberSpan(params, 'requestState');
  if (state === undefined || params === undefined || member === undefined) {
    return refuse('state-not-found', 'it was not given to you, or was changed; call again without it');
  }
  const restored = membersRestored(state, message.params);
  const edit = restored === '' ? removeMember(params, member) : { span: member, text: restored };
  content.body = splice(content.body, [edit]);
  reading.resumed = state;
  // Read anew as a whole: what is decided on is what would be sent.
  return readBody(call);
}
