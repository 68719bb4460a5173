/**
 * The requests of clients that an answer may come to. Those that are open are never forgotten, however many come after them: an id
 * that could be used again meanwhile would give one call the answer of the other. How many may be open is the caller's to bound.
 */
import type { MessageId } from '../../core/mcp/message.ts';
import type { AnswerTerms } from './answer-terms.ts';
import { BoundedMap } from './bounded-map.ts';

/** That are over for the gate: an answer may come yet, or once more, on a stream that is resumed. */
const MAX_PAST = 1_000;

/** A request of the client. */
export class Asked {
  readonly id: MessageId;
  #terms: AnswerTerms | undefined = undefined;
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

  get isOpen(): boolean {
    return this.#table.includes(this);
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

export class AskedTable {
  /** Without a session, clients of one name may use one id, so there may be several. */
  readonly #open = new Map<MessageId, Asked[]>();
  readonly #past = new BoundedMap<MessageId, Asked>(MAX_PAST);
  #size = 0;

  /** Of those that are open. */
  get size(): number {
    return this.#size;
  }

  /** Those that are open now; a copy, so that they may be closed meanwhile. */
  open(): Asked[] {
    return [...this.#open.values()].flat();
  }

  isOpen(id: MessageId): boolean {
    return this.#open.has(id);
  }

  claim(id: MessageId): Asked {
    const asked = new Asked(this, id);
    const others = this.#open.get(id);
    if (others === undefined) this.#open.set(id, [asked]);
    else others.push(asked);
    // What is still said to the one before is not for this one.
    this.#past.delete(id);
    this.#size++;
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
    const asked = this.#open.get(id);
    // Without a session nobody can tell which of several is meant.
    if (asked?.length === 1) asked[0]?.leave();
  }

  holds(asked: Asked): boolean {
    const others = this.#open.get(asked.id);
    return others === undefined || others.includes(asked);
  }

  includes(asked: Asked): boolean {
    return this.#open.get(asked.id)?.includes(asked) === true;
  }

  /** For `Asked` alone. */
  close(asked: Asked): void {
    const open = this.#open.get(asked.id);
    const at = open?.indexOf(asked) ?? -1;
    if (open !== undefined && at >= 0) {
      this.#size--;
      if (open.length === 1) this.#open.delete(asked.id);
      else open.splice(at, 1);
      asked.onClosed?.();
    }
    // An answer may come yet, unless the server never had it, or the id means one that was asked later.
    if (at >= 0 && asked.terms !== undefined && !this.#open.has(asked.id)) this.#past.set(asked.id, asked);
  }

  #find(id: MessageId): Asked | undefined {
    const open = this.#open.get(id);
    return open === undefined ? this.#past.get(id) : (open.find((asked) => asked.awaitsAnswer) ?? open[0]);
  }
}

function otherSpelling(id: MessageId): MessageId {
  return typeof id === 'string' ? Number(id) : String(id);
}
