/** An answer that an adapter gives in the server's place, in the form the server would give it. */
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { refusalMessage } from '../../call/refusal-reply.ts';
import type { Call } from '../../call/call.ts';
import type { Exchange, UpstreamSink } from '../upstream.ts';

export const NOTHING_TO_STOP: Exchange = { resume() {}, abort() {} };

export function answerInstead(sink: UpstreamSink, call: Call, refusal: Refusal): Exchange {
  sink.onHead(refusal.statusIn(call.revision?.era, call.awaits), { 'content-type': 'application/json' });
  sink.onData(Buffer.from(refusalMessage(call, refusal)));
  sink.onEnd();
  return NOTHING_TO_STOP;
}
