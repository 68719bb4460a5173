/** Within a session an id is used once: with two calls of one id open, an answer could be taken for the other's. */
import { isMessageId } from '../../../core/mcp/message.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { JudgingMessage } from '../../call/call.ts';

/** Each keeps a connection to the server open. */
const MAX_OPEN_CALLS = 1_000;

export function claimId({ content, reading, judgement }: JudgingMessage): Refusal | undefined {
  const { message } = content;
  const { conversation, session } = reading;
  if (conversation === undefined) return undefined;
  if (message.kind === 'notification' && message.method === 'notifications/cancelled') {
    const { requestId } = message.params;
    if (isMessageId(requestId)) conversation.asked.takeBack(requestId);
  }
  if (message.kind !== 'request') return undefined;
  // Without a session, clients of one name may use the same ids.
  if (session !== undefined && conversation.asked.isOpen(message.id)) {
    return refuse('id-in-use', `the call with id ${JSON.stringify(message.id)} is not answered yet`);
  }
  // Over HTTP+SSE a call is open for longer than its POST.
  if (session !== undefined && Math.max(session.inUse, conversation.asked.size) >= MAX_OPEN_CALLS) {
    return refuse('too-many-calls', `at most ${MAX_OPEN_CALLS} of a session may be open; wait for some of them`);
  }
  judgement.asked = conversation.asked.claim(message.id);
  if (session !== undefined) {
    session.inUse++;
    judgement.openIn = session;
  }
  return undefined;
}
