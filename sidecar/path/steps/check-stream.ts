/** Is there room for one more stream, and is it resumed by whom it was opened for? */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { JudgingCall } from '../../call/call.ts';
import type { Streams } from '../../memory/streams.ts';

export function checkStream(call: JudgingCall, gate: { readonly streams: Streams }): Refusal | undefined {
  const { request, reading, judgement } = call;
  if (request.httpMethod !== 'GET' && judgement.rule?.door !== 'listen') return undefined;
  if (!gate.streams.hasRoomFor(call.entry.proof.principal)) {
    return refuse('too-many-streams', 'close some and try again');
  }
  const from = request.headers['last-event-id'];
  judgement.resumes = from !== undefined;
  if (reading.revision.era === 'modern') return undefined;
  if (typeof from !== 'string' || from === '' || reading.conversation?.events.has(from) === true) return undefined;
  if (reading.session?.conversation.wasRestored === true) {
    // Which events were its own is not known any more: it gets its stream from here on, and nothing that may be another's.
    judgement.resumes = false;
    return undefined;
  }
  return refuse('event-not-found', 'Last-Event-ID names no event of yours; open a new stream without it');
}
