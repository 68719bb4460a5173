/** An answer that is one message is taken whole, because what is not whole cannot be decided on. */
import { isAscii } from 'node:buffer';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Pieces } from '../../core/mcp/pieces.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { returnedHeaders } from '../upstream/http/headers.ts';
import type { Body } from '../call/reply.ts';
import { type Passage, UnreadableMessage } from './check.ts';
import { refusalByServer } from './server-words.ts';
import { isLatin1, mediaType } from './head.ts';
import type { MessageDoor } from './messages.ts';

export function inspectWhole(
  messages: MessageDoor,
  status: number,
  headers: IncomingHttpHeaders,
  body: Pieces,
): Passage | { readonly unreadable: string } {
  const type = mediaType(headers);
  const answered = `it answered HTTP ${status} with ${type ?? 'no content type'}`;
  if (type !== 'application/json') return { unreadable: answered };
  // Java's servlets say Latin-1 where nothing was said; that is UTF-8 as long as it is ASCII.
  if (isLatin1(headers) && !body.list.every((piece) => isAscii(piece)))
    return { unreadable: `${answered} in Latin-1, not in UTF-8` };
  try {
    return messages.inspect(body, true);
  } catch (error) {
    if (!(error instanceof UnreadableMessage)) throw error;
    return { unreadable: `${answered}: ${error.message}` };
  }
}

/** What is said to something that has no answer: the status counts, and the body only if it is a message that passes. */
export function answerBesides(
  messages: MessageDoor,
  status: number,
  headers: IncomingHttpHeaders,
  body: Pieces,
): { readonly headers: OutgoingHttpHeaders; readonly shown: Body | Refusal } {
  const passage = inspectWhole(messages, status, headers, body);
  const returned: OutgoingHttpHeaders = returnedHeaders(headers, false);
  if (passage === 'pass') return { headers: returned, shown: body.plain };
  if (typeof passage === 'object' && 'instead' in passage) return { headers: returned, shown: passage.instead };
  delete returned['content-type'];
  return { headers: returned, shown: refusalByServer(status, mediaType(headers), body.whole) ?? '' };
}

/** `isEarly`: the head of a stream went out before, so that a session that is over can be told by words alone. */
export function refusalOfStatus(
  status: number,
  headers: IncomingHttpHeaders,
  body: Pieces,
  problem: string,
  isEarly: boolean,
): Refusal {
  if (isEarly && status === 404) return refuse('session-not-found', 'start a new one with initialize');
  const refusal = refusalByServer(status, mediaType(headers), body.whole) ?? refuse('upstream-invalid', problem);
  // The server's own 4xx says more to the client than our 502: 404 ends a session, 405 a probe. And where it answers in JSON the
  // session is in order: clients end it for a status that says otherwise.
  return status >= 400 || mediaType(headers) === 'application/json' ? refusal.withStatus(status) : refusal;
}
