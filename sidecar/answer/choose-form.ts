/** What the head of an answer decides: in which form the rest passes, or why none of it can. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';
import type { Reply } from '../call/reply.ts';
import { isChallenge } from '../oauth/challenge.ts';
import { isOnEndpoint } from './sessions.ts';
import { mediaType, whyUnreadable } from './head.ts';

/**
 * `events`: each is decided on by itself. `accepted`: over HTTP+SSE the POST itself has no answer. `raw`: it is a challenge, which is no
 * message. `whole`: it is one message.
 */
export type FormName = 'events' | 'accepted' | 'raw' | 'whole';

export function chooseForm(call: Call, reply: Reply, status: number, headers: IncomingHttpHeaders): FormName | Refusal {
  const unreadable = whyUnreadable(status, headers);
  if (unreadable !== undefined) return refuse('upstream-invalid', unreadable);
  const type = mediaType(headers);
  if (status < 300) {
    if (type === 'text/event-stream') return 'events';
    // What the gate itself answers is there at once, whatever the server would have said later on the stream.
    if (isOnEndpoint(call) && call.course.keptMs === undefined) return 'accepted';
    if (call.request.httpMethod === 'GET')
      return refuse('upstream-invalid', `it answered GET with ${type ?? 'no content type'}, not with a stream`);
  }
  return mayPassRaw(call, reply, status, headers) ? 'raw' : 'whole';
}

/** Only where it is an answer of its own: among others, and on a stream, it would be taken for a message. */
function mayPassRaw(call: Call, reply: Reply, status: number, headers: IncomingHttpHeaders): boolean {
  return !reply.started && !call.isElement && !isOnEndpoint(call) && isChallenge(status, call.policy, headers);
}
