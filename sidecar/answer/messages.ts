/**
 * The response door, message by message: what a server says to its client is read, matched to what it answers, and decided on. What
 * passes goes on as its own bytes.
 */
import { noteTask } from './checks/note-history.ts';
import { JsonOutline } from '../../core/mcp/json-outline.ts';
import { inWords } from '../../core/mcp/json-problem.ts';
import type { JsonView } from '../../core/mcp/json-view.ts';
import { type JsonObject, type MessageId, isMessageId, isObject } from '../../core/mcp/message.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { NO_OFFERS } from '../../core/mcp/revision.ts';
import { Pieces } from '../../core/mcp/pieces.ts';
import { type ServerMessage, answerIdIn, messagesIn, readServerView } from '../../core/mcp/server-message.ts';
import { isUtf8Text } from '../../core/mcp/utf8.ts';
import type { Call } from '../call/call.ts';
import { haltedRefusal } from '../call/halted.ts';
import { haltOfAsk, haltOfNotice } from '../call/halted-tasks.ts';
import type { ProgressOffset } from '../call/progress-offset.ts';
import type { AnswerParts } from './parts.ts';
import type { ContentPlan } from '../../core/policy/content/content-plan.ts';
import type { AnswerTerms } from '../memory/answer-terms.ts';
import { answerServer, decideAsks, decideMethod, declaredBy } from './server-requests.ts';
import { AskRate } from './ask-rate.ts';
import { type Passage, UnreadableMessage } from './check.ts';
import { refusedInput } from './checks/input-requests.ts';
import { checkAnswer, errorFor } from './checks.ts';
import { screenBody, screenMessage, screenRefusal } from './screen-answer.ts';
import { pair } from './pairing.ts';
import { sealTaskIds, sealTaskIdsOf, withTaskIds } from './task-ids.ts';
import { Unasked } from './unasked.ts';

const OPEN_BRACE = 0x7b;
const YES = (): boolean => true;
/** Told while a call goes on. */
const OF_A_CALL: ReadonlySet<string> = new Set(['notifications/progress', 'notifications/message']);

type Response = Extract<ServerMessage, { kind: 'response' }>;

export class MessageDoor {
  readonly #call: Call;
  readonly #gate: AnswerParts;
  readonly #terms: AnswerTerms | undefined;
  /** Set when the gate has sent progress of its own on this call. */
  readonly #progress: ProgressOffset | undefined;
  /** Made when they are needed: nearly all servers say one thing, and ask nothing. */
  #unasked: Unasked | undefined = undefined;
  #askRate: AskRate | undefined = undefined;
  /** Called with what a subscription was granted. */
  onSubscribed: ((granted: JsonObject) => void) | undefined = undefined;
  /** Whether the client can be reached on this stream with a question. */
  reachesClient: () => boolean = YES;
  #sawAnswer = false;
  /** What is inspected is all that the server answers. */
  #isAlone = false;

  /** `terms`: of the answer to the call itself. */
  constructor(call: Call, gate: AnswerParts, terms: AnswerTerms | undefined, progress: ProgressOffset | undefined) {
    this.#call = call;
    this.#terms = terms;
    this.#gate = gate;
    this.#progress = progress;
  }

  /** The answer to the call itself has passed, or something in its place. */
  get sawAnswer(): boolean {
    return this.#sawAnswer || this.#call.asked?.answered === true;
  }

  /** Throws `UnreadableMessage`. */
  inspect(said: Buffer | Pieces, isAlone: boolean): Passage {
    this.#isAlone = isAlone;
    const text = said instanceof Pieces ? said : Pieces.of(said);
    // What one client replaces and another leaves out is not read in one way only.
    if (!isUtf8Text(text)) throw new UnreadableMessage('it is not UTF-8');
    // A list is put together: only one old revision has them.
    const several = text.byteAt(0) === OPEN_BRACE ? undefined : messagesIn(text.whole);
    if (several === undefined) return this.#inspectOne(text);
    // Lists of messages are never passed on to the server, so none is answered by one; it may make one of its own accord.
    if (this.#call.answeredIn?.batches !== true) throw new UnreadableMessage('it is a list of messages');
    let changed = false;
    const passed: string[] = [];
    for (const { start, end } of several) {
      const one = text.part(start, end);
      const passage = this.#inspectOne(one);
      if (passage !== 'pass') changed = true;
      if (passage !== 'drop') passed.push(passage === 'pass' ? one.whole.toString('utf8') : passage.instead.toString());
    }
    if (!changed) return 'pass';
    return passed.length === 0 ? 'drop' : { instead: `[${passed.join(',')}]` };
  }

  #inspectOne(text: Pieces): Passage {
    try {
      return this.#decide(text);
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      return this.#insteadOfUnreadable(text.whole, error);
    }
  }

  #decide(text: Pieces): Passage {
    const { problem, spans } = JsonOutline.of(text);
    if (problem !== undefined) throw new UnreadableMessage(inWords(problem, text));
    const message = readServerView(spans.view(text));
    if (typeof message === 'string') throw new UnreadableMessage(message);
    switch (message.kind) {
      case 'request':
        return this.#onRequest(message.id, message.method, message.params, text);
      case 'notification':
        return this.#screened(this.#onNotification(message.method, message.params, text), text);
      case 'response':
        return this.#onResponse(message, text);
    }
  }

  /** What is looked for in what is no answer: as in that of the call it comes with, or, on a stream of many, in that of any. */
  get #content(): ContentPlan | undefined {
    if (this.#terms !== undefined) return this.#terms.content;
    return (this.#gate.policy.current() ?? this.#call.policy)?.content('results').ofAny();
  }

  /** In words that may be the server's own. */
  screen(refusal: Refusal): Refusal {
    const plan = this.#content;
    return plan === undefined ? refusal : screenRefusal(refusal, plan, this.#call, this.#gate);
  }

  /** Something is looked for in what the server says. */
  get screens(): boolean {
    return this.#content !== undefined;
  }

  /** Of a body that is no message: what may be shown of it. */
  screenBody(body: Buffer): Buffer {
    const plan = this.#content;
    const screened = plan === undefined ? undefined : screenBody(body, plan, this.#call, this.#gate);
    return screened === null ? Buffer.alloc(0) : (screened ?? body);
  }

  /** A notification that may not pass is not missed by anybody. */
  #screened(passage: Passage, text: Pieces): Passage {
    const plan = passage === 'drop' ? undefined : this.#content;
    if (plan === undefined || passage === 'drop') return passage;
    const shown = passage === 'pass' ? text.whole : Buffer.from(passage.instead);
    const screened = screenMessage(shown, plan, this.#call, this.#gate);
    if (screened === undefined) return passage;
    return 'refusal' in screened ? 'drop' : { instead: screened.bytes };
  }

  /** On a stream that carries the answers to other calls as well, whoever waits for the one that cannot be read must hear of it. */
  #insteadOfUnreadable(bytes: Buffer, error: UnreadableMessage): Passage {
    const id = answerIdIn(bytes);
    const pairing = id === undefined ? undefined : pair(this.#call, id, this.#isAlone, this.sawAnswer);
    if (pairing?.kind !== 'other') throw error;
    this.#gate.metrics.upstreamError('upstream-invalid');
    pairing.asked.answer();
    return { instead: errorFor(id, this.screen(refuse('upstream-invalid', error.message))) };
  }

  #onRequest(id: MessageId, method: string, params: JsonObject, text: Pieces): Passage {
    const call = this.#call;
    this.#spoilKept();
    // In the modern era servers have no requests of their own, and clients no way to answer them.
    if (call.answeredIn?.era === 'modern') return 'drop';
    const plan = this.#content;
    const sealed = withTaskIds(text, sealTaskIdsOf(text, params, call, this.#gate));
    const screened = plan === undefined ? undefined : screenMessage(sealed ?? text.whole, plan, call, this.#gate);
    const withheld = screened !== undefined && 'refusal' in screened ? screened.refusal : undefined;
    const refusal = this.#decideAsk(method, params) ?? withheld;
    if (refusal !== undefined) {
      const isTold = answerServer(call, this.#gate, id, refusal);
      if (!isTold) throw new UnreadableMessage('it asks for what it may not have again and again');
      return 'drop';
    }
    call.conversation?.askedBack.set(id, true);
    const shown = screened !== undefined && 'bytes' in screened ? screened.bytes : sealed;
    return shown === undefined ? 'pass' : { instead: shown };
  }

  #decideAsk(method: string, params: JsonObject): Refusal | undefined {
    if (!this.reachesClient())
      return refuse('client-unreachable', `nobody reads the stream on which ${JSON.stringify(method)} is asked`);
    // Signs of life are not recorded, and cost nobody anything.
    if (method !== 'ping' && !this.#mayAsk()) {
      this.#gate.metrics.upstreamError('upstream-invalid');
      return refuse(
        'client-unreachable',
        'it was asked a hundred times within a minute; wait before it is asked again',
      );
    }
    const halt = haltOfAsk(params, this.#call.principal, this.#gate);
    if (halt !== undefined) return haltedRefusal(halt);
    return decideAsks(this.#call, this.#gate, [{ method, params }], declaredBy(this.#call));
  }

  /** False where the server has asked too much of late; else this counts as asked. */
  #mayAsk(): boolean {
    return (this.#askRate ??= new AskRate(this.#gate.clock)).take();
  }

  #onNotification(method: string, params: JsonView | undefined, text: Pieces): Passage {
    const { answeredIn, conversation } = this.#call;
    if (answeredIn?.serverNotifications.has(method) !== true) {
      const decision = decideMethod(this.#call, this.#gate, method);
      return decision === undefined || decision.effect === 'Deny' ? 'drop' : 'pass';
    }
    if (params?.has('taskId') === true && !this.#isOwnTask(params)) return 'drop';
    if (method === 'notifications/tools/list_changed') this.#gate.results.store.clearAll();
    else if (OF_A_CALL.has(method)) this.#spoilKept();
    if (params !== undefined && haltOfNotice(params, this.#call.principal, this.#gate) !== undefined) return 'drop';
    this.#noteTask(params, text.length);
    // A task that waits for input says so here as well (extension io.modelcontextprotocol/tasks).
    const inputRequests = params?.span('inputRequests');
    if (inputRequests !== undefined && !this.#mayAsk()) {
      this.#gate.metrics.upstreamError('upstream-invalid');
      return 'drop';
    }
    const refused = inputRequests && refusedInput(text.whole, inputRequests, this.#call, this.#gate);
    if (refused !== undefined) return 'drop';
    if (method === 'notifications/cancelled') {
      const requestId = params?.value('requestId');
      if (isMessageId(requestId)) conversation?.askedBack.delete(requestId);
    }
    const granted = this.onSubscribed === undefined ? undefined : params?.value('notifications');
    if (method === 'notifications/subscriptions/acknowledged' && isObject(granted)) this.onSubscribed?.(granted);
    const sealed = params === undefined ? undefined : withTaskIds(text, sealTaskIds(params, this.#call, this.#gate));
    const moved = this.#progress?.apply((sealed ?? text.whole).toString('utf8')) ?? sealed;
    return moved === undefined ? 'pass' : { instead: moved };
  }

  /** What goes with an answer is not in the answer: it is none that could be said again. On a stream of many it may be of any that is open. */
  #spoilKept(): void {
    if (this.#terms !== undefined) this.#terms.keeps?.spoil();
    else for (const { terms } of this.#call.conversation?.asked.open() ?? []) terms?.keeps?.spoil();
  }

  /** The result of a task may come with word of its end (extension io.modelcontextprotocol/tasks). */
  #noteTask(params: JsonView | undefined, bytes: number): void {
    const { principal } = this.#call;
    const taskId = params?.string('taskId');
    if (params === undefined || principal === undefined || taskId === undefined) return;
    const past = this.#gate.tasks.pastOf(taskId, principal);
    if (past !== undefined) noteTask(past, params, bytes, this.#call, this.#gate);
  }

  /** How a task fares is told to whom it was begun for. */
  #isOwnTask(params: JsonView): boolean {
    const { principal } = this.#call;
    const taskId = params.string('taskId');
    return principal !== undefined && taskId !== undefined && this.#gate.tasks.isOf(taskId, principal);
  }

  #onResponse({ id, result, error }: Response, text: Pieces): Passage {
    const call = this.#call;
    const pairing = pair(call, id, this.#isAlone, this.sawAnswer);
    if (pairing.kind === 'second') return 'drop';
    if (pairing.kind === 'nobody') {
      // Alone, an error under an id of its own is how some servers refuse: the call ends with their words, on record.
      if (!this.#isAlone || error === undefined) (this.#unasked ??= new Unasked(call, this.#gate)).note();
      return 'drop';
    }
    const isOwn = pairing.kind === 'own';
    const asked = isOwn ? call.asked : pairing.asked;
    const passage = checkAnswer({
      ...{ call, gate: this.#gate, text, id, result, error, isOwn },
      offers: result === undefined ? NO_OFFERS : (call.answeredIn?.readOffers(result) ?? NO_OFFERS),
      terms: isOwn ? this.#terms : asked?.terms,
      content: contentOf(isOwn ? this.#terms : asked?.terms, this.#content),
    });
    if (isOwn) this.#sawAnswer = true;
    asked?.answer();
    return passage;
  }
}

/** An error that answers something without an id belongs to nothing that is known. */
function contentOf(terms: AnswerTerms | undefined, otherwise: ContentPlan | undefined): ContentPlan | undefined {
  return terms === undefined ? otherwise : terms.content;
}
