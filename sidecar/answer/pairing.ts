/**
 * Which request an answer belongs to. Ids alone say nothing: a server that answers a call which waits for its approval, or one that
 * nobody made, would give its client the result of something that was never decided on.
 */
import type { MessageId } from '../../core/mcp/message.ts';
import type { Call } from '../call/call.ts';
import type { Asked } from '../memory/asked.ts';

export type Pairing =
  | { readonly kind: 'own' }
  /** Of another call of the same two sides, whose stream is gone or was never to carry it (HTTP+SSE, resumed streams). */
  | { readonly kind: 'other'; readonly asked: Asked }
  /** One more answer to the call: a request has one, and with a second one clients do not agree on which of them counts. */
  | { readonly kind: 'second' }
  /** Nobody waits for it: it was not asked, is answered, or has not been handed to the server yet. */
  | { readonly kind: 'nobody' };

const OWN: Pairing = { kind: 'own' };
const SECOND: Pairing = { kind: 'second' };
const NOBODY: Pairing = { kind: 'nobody' };

/** `isAlone`: it is all that the server answers to the call. */
export function pair(call: Call, id: MessageId | undefined, isAlone: boolean, sawAnswer: boolean): Pairing {
  if (isOfCall(call, id, isAlone)) {
    if (sawAnswer) return SECOND;
    // Its client took the call back, and means another one by the id now.
    return call.session !== undefined && call.asked?.holdsId === false ? NOBODY : OWN;
  }
  // In the modern era an answer comes on the stream of its own request and nowhere else.
  if (id === undefined || call.answeredIn?.era === 'modern') return NOBODY;
  const known = call.conversation?.asked;
  const asked = isResumed(call) ? known?.replayed(id) : known?.awaiting(id);
  return asked === undefined ? NOBODY : { kind: 'other', asked };
}

function isResumed({ request, judgement }: Call): boolean {
  return request.httpMethod === 'GET' && judgement?.resumes === true;
}

function isOfCall({ id: own, conversation }: Call, id: MessageId | undefined, isAlone: boolean): boolean {
  // An error without an id that comes alone can be about nothing else, also where it answers what has no id itself.
  if (id === undefined) return isAlone;
  if (own === null) return false;
  // Careless servers write a number as text, and clients let them; unless the client has asked something under just that id.
  return id === own || (String(id) === String(own) && conversation?.asked.isOpen(id) !== true);
}
