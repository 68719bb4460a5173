/** The state with which the client of a held call comes back, sealed: good for this caller, this server and this call alone. */
import type { Approval } from '../approvals/approval.ts';
import { nextHeldState, writeHeldState } from '../approvals/held-state.ts';
import type { HandleSeal } from '../memory/handle-seal.ts';
import { serverOf } from '../policy/source.ts';
import type { JudgingMessage } from './call.ts';
import { viewOf } from './stages.ts';

/** Undefined where its client would not understand it, or has come back often enough. */
export function comeBackWith(
  call: JudgingMessage,
  approval: Approval,
  { seal }: { readonly seal: HandleSeal },
): string | undefined {
  const { content, reading, principal } = call;
  const { policy, revision, resumed } = reading;
  if (policy === undefined || principal === undefined || content.message.kind !== 'request') return undefined;
  if (revision.callAgain(content.message.method, '') === undefined) return undefined;
  const state = nextHeldState(approval, resumed, viewOf(content)?.view('params'));
  return state === undefined ? undefined : seal.seal(writeHeldState(state), principal, serverOf(policy), 'held call');
}
