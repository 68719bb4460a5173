/** An answer that an adapter gives in the server's place, in the form the server would give it. */
import type { MessageId } from '../../core/mcp/message.ts';
import { sayRefusal } from '../../core/mcp/refusal-advice.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import type { UpstreamRequest } from './request.ts';
import type { Exchange, UpstreamSink } from './upstream.ts';

export const NOTHING_TO_STOP: Exchange = { resume() {}, abort() {} };

export function answerInstead(
  sink: UpstreamSink,
  { message, revision }: Pick<UpstreamRequest, 'message' | 'revision'>,
  refusal: Refusal,
): Exchange {
  if (message?.kind === 'request') answerRequest(sink, message.id, revision, refusal);
  else send(sink, refusal.statusIn(revision?.era, message === undefined ? undefined : 'nothing'), null, refusal);
  return NOTHING_TO_STOP;
}

/** The same to a request of which no more is kept. */
export function answerRequest(
  sink: UpstreamSink,
  id: MessageId,
  revision: Revision | undefined,
  refusal: Refusal,
): void {
  send(sink, refusal.statusIn(revision?.era, 'answer'), id, refusal);
}

function send(sink: UpstreamSink, status: number, id: MessageId | null, refusal: Refusal): void {
  const { code, data } = refusal;
  sink.onHead(status, { 'content-type': 'application/json' });
  sink.onData(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: sayRefusal(refusal), data } })));
  sink.onEnd();
}
