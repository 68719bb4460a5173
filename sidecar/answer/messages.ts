/**
 * The second door, message by message: what a server says to its client is read, matched to what it answers, and decided on. What
 * passes goes on as its own bytes.
 */
import { isUtf8 } from 'node:buffer';
import { LIST_SHAPES, type MethodRule } from '../../core/mcp/catalogue.ts';
import { isModest } from '../../core/mcp/json.ts';
import { JsonView, type Span, isNullAt, splice } from '../../core/mcp/json-view.ts';
import { type JsonObject, type MessageId, isMessageId, isObject } from '../../core/mcp/message.ts';
import { negotiatedRevision } from '../../core/mcp/revisions/index.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { type ServerMessage, messagesIn, readAsked, readServerMessage } from '../../core/mcp/server-message.ts';
import { elicitedUrls } from '../../core/mcp/url-elicitation.ts';
import { ownListChanges } from './open-stream.ts';
import type { Asked } from '../conversation.ts';
import type { Gate } from '../gate.ts';
import { refusalMessage } from '../call/answer.ts';
import { answerServer, decideAsk, decideMethod } from './ask-client.ts';
import type { Call } from '../call/call.ts';
import { filterForCaller } from './checks/lists.ts';
import type { ProgressOffset } from '../call/progress-offset.ts';
import { serverOf } from '../call/references.ts';

/** What becomes of a message: it passes as it is, other text takes its place, or nothing does. */
export type Passage = 'pass' | 'drop' | { readonly instead: Buffer | string };

/** What cannot be read cannot be decided on. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/** Lists are parsed, which takes several times their size, and the image gives the heap 64 MiB. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;

type Response = Extract<ServerMessage, { kind: 'response' }>;

export class MessageDoor {
  readonly #call: Call;
  readonly #gate: Gate;
  /** Set when the gate has sent progress of its own on this call. */
  readonly #progress: ProgressOffset | undefined;
  /** Called with what a subscription was granted. */
  onSubscribed: ((granted: JsonObject) => void) | undefined = undefined;
  #sawAnswer = false;
  /** What is inspected is all that the server answers. */
  #isAlone = false;

  constructor(call: Call, gate: Gate, progress: ProgressOffset | undefined) {
    this.#call = call;
    this.#gate = gate;
    this.#progress = progress;
  }

  /** The answer to the call itself has passed, or something in its place. */
  get sawAnswer(): boolean {
    return this.#sawAnswer;
  }

  /** Throws `UnreadableMessage`. */
  inspect(bytes: Buffer, isAlone: boolean): Passage {
    this.#isAlone = isAlone;
    // What one client replaces and another leaves out is not read in one way only.
    if (!isUtf8(bytes)) throw new UnreadableMessage('it is not UTF-8');
    const several = messagesIn(bytes);
    if (several === undefined) return this.#inspectOne(bytes);
    // Lists of messages are never passed on to the server, so none is answered by one; it may make one of its own accord.
    if (this.#call.answeredIn?.batches !== true) throw new UnreadableMessage('it is a list of messages');
    let changed = false;
    const passed: string[] = [];
    for (const { start, end } of several) {
      const one = bytes.subarray(start, end);
      const passage = this.#inspectOne(one);
      if (passage !== 'pass') changed = true;
      if (passage !== 'drop') passed.push(passage === 'pass' ? one.toString('utf8') : passage.instead.toString());
    }
    if (!changed) return 'pass';
    return passed.length === 0 ? 'drop' : { instead: `[${passed.join(',')}]` };
  }

  #inspectOne(bytes: Buffer): Passage {
    const message = readServerMessage(bytes);
    if (typeof message === 'string') throw new UnreadableMessage(message);
    switch (message.kind) {
      case 'request':
        return this.#onRequest(message.id, message.method, message.params);
      case 'notification':
        return this.#onNotification(message.method, message.params, bytes);
      case 'response':
        return this.#onResponse(message, bytes);
    }
  }

  #onRequest(id: MessageId, method: string, params: JsonObject): Passage {
    const { answeredIn, conversation } = this.#call;
    // In the modern era servers have no requests of their own, and clients no way to answer them.
    if (answeredIn?.era === 'modern') return 'drop';
    const refusal = decideAsk(this.#call, this.#gate, method, params);
    if (refusal !== undefined) {
      const isTold = answerServer(this.#call, this.#gate, id, refusal);
      if (!isTold) throw new UnreadableMessage('it asks for what it may not have again and again');
      return 'drop';
    }
    conversation?.askedBack.set(id, true);
    return 'pass';
  }

  #onNotification(method: string, params: JsonView | undefined, bytes: Buffer): Passage {
    const { answeredIn, conversation } = this.#call;
    if (answeredIn?.serverNotifications.has(method) !== true) {
      const decision = decideMethod(this.#call, this.#gate, method);
      return decision === undefined || decision.effect === 'Deny' ? 'drop' : 'pass';
    }
    if (params?.has('taskId') === true && !this.#isOwnTask(params)) return 'drop';
    // A task that waits for input says so here as well (extension io.modelcontextprotocol/tasks).
    const inputRequests = params?.span('inputRequests');
    if (inputRequests !== undefined && this.#refusedInput(bytes, inputRequests) !== undefined) return 'drop';
    if (method === 'notifications/cancelled') {
      const requestId = params?.value('requestId');
      if (isMessageId(requestId)) conversation?.askedBack.delete(requestId);
    }
    const granted = this.onSubscribed === undefined ? undefined : params?.value('notifications');
    if (method === 'notifications/subscriptions/acknowledged' && isObject(granted)) this.onSubscribed?.(granted);
    const moved = this.#progress?.apply(bytes.toString('utf8'));
    return moved === undefined ? 'pass' : { instead: moved };
  }

  /** How a task fares is told to whom it was begun for. */
  #isOwnTask(params: JsonView): boolean {
    const { principal } = this.#call;
    const taskId = params.string('taskId');
    return principal !== undefined && taskId !== undefined && this.#gate.tasks.isOf(taskId, principal);
  }

  #onResponse(response: Response, bytes: Buffer): Passage {
    const call = this.#call;
    // Alone, an error without an id can be about nothing else; on a stream it may be about anything.
    const isOwn = call.id !== null && this.#isIdOfCall(response.id);
    const asked = response.id === undefined ? undefined : call.conversation?.asked.get(response.id);
    // A request has one answer; with a second one, clients do not agree on which of them counts.
    if (isOwn && this.#sawAnswer) return 'drop';
    if (!isOwn && asked?.open === false && call.session?.transport !== undefined) return 'drop';
    // In the modern era an answer comes on the stream of its own request and nowhere else.
    if (!isOwn && call.answeredIn?.era === 'modern') return 'drop';
    const passage = this.#inspectResponse(response, bytes, isOwn, asked);
    if (isOwn) this.#sawAnswer = true;
    else if (asked !== undefined) asked.open = false;
    return passage;
  }

  #isIdOfCall(id: MessageId | undefined): boolean {
    const { id: own, conversation } = this.#call;
    if (id === own || (id === undefined && this.#isAlone)) return true;
    // Careless servers write a number as text, and clients let them; unless the client has asked something under just that id.
    return id !== undefined && String(id) === String(own) && conversation?.asked.get(id)?.open !== true;
  }

  #inspectResponse(response: Response, bytes: Buffer, isOwn: boolean, asked: Asked | undefined): Passage {
    const call = this.#call;
    const { result, error } = response;
    if (error !== undefined) return this.#onError(error, response.id);
    if (result === undefined) return 'pass';
    const method = isOwn ? call.methodName : asked?.method;
    if (method === 'initialize') this.#learn(result);
    const changed = this.#onOffers(result, bytes);
    if (changed !== undefined) return { instead: changed };
    return this.#onLists(result, bytes, isOwn ? call.method : asked?.rule, isOwn);
  }

  /** An error, too, may ask the client for something. */
  #onError(error: JsonView, id: MessageId | undefined): Passage {
    const urls = elicitedUrls(error);
    if (typeof urls === 'string') throw new UnreadableMessage(urls);
    for (const url of urls) {
      const refusal = decideAsk(this.#call, this.#gate, 'elicitation/create', { mode: 'url', url });
      if (refusal === undefined) continue;
      const { code, message } = refusal;
      return { instead: JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message } }) };
    }
    return 'pass';
  }

  /** Handshakes are all there is that tells the revision of a session, and of which changes its client will be told. */
  #learn(result: JsonView): void {
    const { conversation, session, revision } = this.#call;
    const negotiated = negotiatedRevision(result.string('protocolVersion'));
    if (session !== undefined) session.revision = negotiated;
    else if (revision?.era === 'legacy') this.#call.revision = negotiated;
    if (conversation !== undefined) conversation.announces = ownListChanges(result.value('capabilities'));
  }

  /** Requests and handles inside of a result. The text that takes its place, if it changes. */
  #onOffers(result: JsonView, bytes: Buffer): Buffer | string | undefined {
    const { answeredIn, principal, policy } = this.#call;
    if (answeredIn === undefined || principal === undefined || policy === undefined) return undefined;
    const { taskId, inputRequests, requestState } = answeredIn.readOffers(result);
    if (taskId !== undefined) this.#gate.tasks.begun(taskId, principal);
    if (inputRequests !== undefined) {
      const refusal = this.#refusedInput(bytes, inputRequests);
      if (refusal !== undefined) return refusalMessage(this.#call, refusal);
    }
    if (requestState === undefined) return undefined;
    const state = result.string('requestState');
    if (state === undefined) throw new UnreadableMessage('its "requestState" is no string');
    const sealed = this.#gate.seal.seal(state, principal, serverOf(policy));
    return splice(bytes, [{ span: requestState, text: JSON.stringify(sealed) }]);
  }

  /** Why something that the server asks inside of another message may not be asked. */
  #refusedInput(bytes: Buffer, span: Span): Refusal | undefined {
    if (isNullAt(bytes, span)) return undefined;
    const inputRequests = JsonView.of(bytes, span);
    if (inputRequests === undefined) throw new UnreadableMessage('its "inputRequests" cannot be read');
    for (const key of inputRequests.keys) {
      const request = inputRequests.view(key);
      const asked = request === undefined ? 'it is no object' : readAsked(request);
      if (typeof asked === 'string')
        throw new UnreadableMessage(`of its input request ${JSON.stringify(key)}: ${asked}`);
      const refusal = decideAsk(this.#call, this.#gate, asked.method, asked.params);
      if (refusal === undefined) continue;
      // To the client "method not found" would be about its own call.
      return refusal.reason === 'denied'
        ? refusal
        : refuse('upstream-invalid', `it asks for ${JSON.stringify(asked.method)} in its answer`);
    }
    return undefined;
  }

  #onLists(result: JsonView, bytes: Buffer, rule: MethodRule | undefined, isOwn: boolean): Passage {
    // On a stream that carries answers to several requests ids cannot be trusted to tell what is a list; there its shape does.
    const mayBeList = isOwn
      ? rule?.door === 'filter' || (rule?.door === 'task' && rule.lists)
      : LISTS.some((key) => result.has(key));
    if (!mayBeList) return 'pass';
    if (bytes.length > MAX_LIST_BYTES || !isModest(bytes))
      throw new UnreadableMessage('its list is too large to be inspected');
    const filtered = filterForCaller(bytes.toString('utf8'), this.#call, this.#gate);
    return filtered === undefined ? 'pass' : { instead: filtered };
  }
}

const LISTS: readonly string[] = [...LIST_SHAPES.map(({ items }) => items), 'tasks'];
