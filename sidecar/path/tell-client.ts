/**
 * Where the rules want it, whoever is behind a client is shown that a call waits for somebody else: by a dialog of the client's (MCP
 * 2025-06-18, Elicitation). It asks for nothing, and no answer to it approves anything: who declines does not want to wait.
 */
import { randomUUID } from 'node:crypto';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { Approval } from '../approvals/approval.ts';
import { takesMore } from '../call/accepts-events.ts';
import type { JudgingMessage } from '../call/call.ts';
import type { Reply } from '../call/reply.ts';

const ELICIT = 'elicitation/create';

/** The function returned takes the dialog away; undefined where there is none. */
export function tellClient(
  call: JudgingMessage,
  reply: Reply,
  approval: Approval,
  onDeclined: () => void,
): (() => void) | undefined {
  const { conversation, revision } = call.reading;
  if (call.judgement.verdict?.obligations.approval?.tell !== 'Elicitation') return undefined;
  if (conversation?.declares?.has('elicitation') !== true || !takesMore(call)) return undefined;
  // In the modern era nobody is asked but inside of a result.
  if (revision.era !== 'legacy' || !revision.serverRequests.has(ELICIT)) return undefined;
  // An id that no server has given.
  const id = `sallyport-${randomUUID()}`;
  conversation.ownRequests.set(id, (answer) => {
    if (answer?.string('action') === 'decline') onDeclined();
  });
  const params = { message: wordsFor(approval), requestedSchema: { type: 'object', properties: {} } };
  reply.write(messageEvent(JSON.stringify({ jsonrpc: '2.0', id, method: ELICIT, params })));
  return () => {
    if (!conversation.ownRequests.has(id)) return;
    conversation.ownRequests.delete(id);
    if (!reply.open) return;
    const cancelled = { requestId: id, reason: 'the call does not wait any more' };
    reply.write(messageEvent(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: cancelled })));
  };
}

function wordsFor({ name, subject, expiresAt }: Approval): string {
  const until = `${new Date(expiresAt).toISOString().slice(0, 19)}Z`;
  return (
    `This call waits for another person's approval until ${until} (${name}: ${subject.reason}). ` +
    'Nothing is asked of you: decline to stop waiting, or leave this as it is.'
  );
}
