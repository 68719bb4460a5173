/**
 * The requests of clients that an answer may come to. Those that are open are never forgotten, however many come after them: an id
 * that could be used again meanwhile would give one call the answer of the other. How many may be open is the caller's to bound.
 */
import type { MessageId } from '../../core/mcp/message.ts';
import type { AnswerTerms } from './answer-terms.ts';
import { Past } from './past.ts';

/** A request of the client. */
export class Asked {
  readonly id: MessageId;
  #terms: AnswerTerms | undefined = undefined;
  /** Its client waits for it; for the table alone to say. */
  isOpen = true;
  /** Something that its client takes for the answer has gone out. */
  answered = false;
  readonly #table: AskedTable;
  /** Called once, when nobody waits for it any more. */
  onClosed: (() => void) | undefined = undefined;

  constructor(table: AskedTable, id: MessageId) {
    this.#table = table;
    this.id = id;
  }

  /** What decides on its answer; undefined as long as the server has not been handed it, and nothing can be an answer to it. */
  get terms(): AnswerTerms | undefined {
    return this.#terms;
  }

  /** The server is handed it. */
  dispatch(terms: AnswerTerms): void {
    this.#terms = terms;
  }

  /** An answer to it may pass. */
  get awaitsAnswer(): boolean {
    return this.#terms !== undefined && !this.answered;
  }

  /** No other request of its session has its id now. */
  get holdsId(): boolean {
    return this.#table.holds(this);
  }

  /** It has its answer. */
  answer(): void {
    this.answered = true;
    this.#table.close(this);
  }

  /** Nobody waits for it on its own stream any more. */
  leave(): void {
    this.#table.close(this);
  }
}

/** Looking through so many costs less than a map, which leaves tables behind where much comes and goes (in-order.ts). */
const FEW = 32;
const NONE: readonly Asked[] = [];

export class AskedTable {
  /**
   * In the order in which they were asked; a handful nearly always. Without a session, clients of one name may use one id, so there may
   * be several of it.
   */
  readonly #open: Asked[] = [];
  /** The same by id, while there are more than a handful. */
  #byId: Map<MessageId, Asked[]> | undefined = undefined;
  /** That are over for the gate: an answer may come yet, or once more, on a stream that is resumed. */
  readonly #past = new Past<Asked>();

  /** Of those that are open. */
  get size(): number {
    return this.#open.length;
  }

  /** Those that are open now; a copy, so that they may be closed meanwhile. */
  open(): Asked[] {
    return [...this.#open];
  }

  isOpen(id: MessageId): boolean {
    return this.#firstOpen(id) !== undefined;
  }

  claim(id: MessageId): Asked {
    const asked = new Asked(this, id);
    this.#open.push(asked);
    if (this.#byId !== undefined) putIn(this.#byId, asked);
    else if (this.#open.length > FEW) this.#byId = index(this.#open);
    return asked;
  }

  /** The one that an answer with this id belongs to. Careless servers write a number as text, or the other way round. */
  awaiting(id: MessageId): Asked | undefined {
    const asked = this.#find(id) ?? this.#find(otherSpelling(id));
    return asked?.awaitsAnswer === true ? asked : undefined;
  }

  /** The same for what a server says once more: nobody knows whether its client has got the answer the first time. */
  replayed(id: MessageId): Asked | undefined {
    const asked = this.#find(id) ?? this.#find(otherSpelling(id));
    return asked?.terms === undefined ? undefined : asked;
  }

  /** The client takes one of its requests back; an answer to it may be on its way. */
  takeBack(id: MessageId): void {
    const asked = this.#openWith(id);
    // Without a session nobody can tell which of several is meant.
    if (asked.length === 1) asked[0]?.leave();
  }

  holds(asked: Asked): boolean {
    return asked.isOpen || !this.isOpen(asked.id);
  }

  /** For `Asked` alone. */
  close(asked: Asked): void {
    if (!asked.isOpen) return;
    asked.isOpen = false;
    this.#open.splice(this.#open.indexOf(asked), 1);
    if (this.#open.length <= FEW / 2) this.#byId = undefined;
    else if (this.#byId !== undefined) takeFrom(this.#byId, asked);
    asked.onClosed?.();
    // One that was asked later has the id now.
    if (this.isOpen(asked.id)) return;
    if (asked.terms !== undefined) this.#past.add(asked);
    // Never handed to the server, it has no answer; and what is still said to one before it was not for it.
    else this.#past.forget(asked.id);
  }

  #find(id: MessageId): Asked | undefined {
    const first = this.#firstOpen(id);
    if (first === undefined) return this.#past.newest(id);
    // The only one, nearly always.
    return first.awaitsAnswer ? first : (this.#openWith(id).find((asked) => asked.awaitsAnswer) ?? first);
  }

  #openWith(id: MessageId): readonly Asked[] {
    if (this.#byId !== undefined) return this.#byId.get(id) ?? NONE;
    return this.#open.filter((asked) => asked.id === id);
  }

  #firstOpen(id: MessageId): Asked | undefined {
    if (this.#byId !== undefined) return this.#byId.get(id)?.[0];
    for (const asked of this.#open) if (asked.id === id) return asked;
    return undefined;
  }
}

function index(open: readonly Asked[]): Map<MessageId, Asked[]> {
  const byId = new Map<MessageId, Asked[]>();
  for (const asked of open) putIn(byId, asked);
  return byId;
}

function putIn(byId: Map<MessageId, Asked[]>, asked: Asked): void {
  const others = byId.get(asked.id);
  if (others === undefined) byId.set(asked.id, [asked]);
  else others.push(asked);
}

function takeFrom(byId: Map<MessageId, Asked[]>, asked: Asked): void {
  const same = byId.get(asked.id) ?? [];
  if (same.length === 1) byId.delete(asked.id);
  else same.splice(same.indexOf(asked), 1);
}

function otherSpelling(id: MessageId): MessageId {
  return typeof id === 'string' ? Number(id) : String(id);
}
