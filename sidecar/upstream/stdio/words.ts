/** Messages that the gate itself says to a stdio server, or in its place. */
import type { MessageId } from '../../../core/mcp/message.ts';
import { NEWEST_MODERN } from '../../../core/mcp/revisions/index.ts';
import { messageEvent } from '../../../core/mcp/sse.ts';
import { version } from '../../../core/version.ts';

/** Names the listen request that a message belongs to (MCP 2026-07-28, `_meta`). */
export const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';
export const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';
export const LISTEN = 'subscriptions/listen';
export const CANCELLED = 'notifications/cancelled';
export const LOG = 'notifications/message';
export const PROGRESS = 'notifications/progress';

/** Of every answer that comes from a stdio server. */
export const EVENT_STREAM = { 'content-type': 'text/event-stream' };

/** There is no connection to close here, so leaving is told in words (MCP, Cancellation). */
export function cancelled(id: MessageId): Buffer {
  return message({ method: CANCELLED, params: { requestId: id, reason: 'client left' } });
}

/** Asks a server whether it knows the modern era (MCP 2026-07-28, Discovery). */
export function discover(id: MessageId): Buffer {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': NEWEST_MODERN.version,
    'io.modelcontextprotocol/clientInfo': { name: 'sallyport', version },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return message({ id, method: 'server/discover', params: { _meta: meta } });
}

/** What its caller reads of an answer that was given up while it came in. */
const NO_ROOM_FOR_ANSWER =
  'too many large answers came in at once, and this one was the largest; ask for less at once, or again later';

export function whyOverlong(isGivenUp: boolean): string {
  return isGivenUp ? NO_ROOM_FOR_ANSWER : OVERLONG_ANSWER;
}

/** To a request of a server that nobody can answer: left without one, the server would wait for ever. */
export function declined(id: MessageId): Buffer {
  return message({ id, error: { code: -32601, message: 'Servers send no requests in this revision' } });
}

/** What its caller reads of an answer that is too long to be held. */
const OVERLONG_ANSWER = 'its answer is larger than 16 MiB; ask for less at once';

/** To a request of a server that is too long to be held. */
export function tooLong(id: MessageId, isGivenUp: boolean): Buffer {
  const why = isGivenUp ? 'Too many large messages came in at once' : 'The request is larger than 16 MiB';
  return message({ id, error: { code: -32600, message: `${why}; no client was asked` } });
}

/** A subscription is over; over stdio a server may say so as a cancellation, on HTTP it is a result. `id` is JSON text. */
export function listenEnded(id: string): Buffer {
  const result = `{"resultType":"complete","_meta":{${JSON.stringify(SUBSCRIPTION_ID)}:${id}}}`;
  return messageEvent(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
}

function message(members: object): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...members }));
}
