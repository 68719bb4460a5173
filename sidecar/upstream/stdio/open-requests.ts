/** The requests of one conversation that are not answered yet, and which of them something that a server says is about. */
import type { JsonView } from '../../../core/mcp/json-view.ts';
import { type MessageId, isMessageId } from '../../../core/mcp/message.ts';
import type { UpstreamSink } from '../upstream.ts';
import { Doubt } from './doubt.ts';
import { LISTEN, SUBSCRIPTION_ID } from './words.ts';

export interface OpenRequest {
  readonly sink: UpstreamSink;
  /** As its client wrote it. */
  readonly id: MessageId;
  readonly method: string;
  readonly progressToken: MessageId | undefined;
  /** Its client reads what is said before the answer. */
  readonly takesMore: boolean;
  /** In the order of what was sent. */
  readonly place: number;
  /** The head of the answer is out. */
  answering: boolean;
}

export class OpenRequests {
  readonly #open = new Map<string, OpenRequest>();
  readonly #doubt = new Doubt();

  get size(): number {
    return this.#open.size;
  }

  has(id: MessageId): boolean {
    return this.#open.has(keyOf(id));
  }

  /** It was sent. */
  add({ sink, id, method, progressToken, takesMore }: Omit<OpenRequest, 'place' | 'answering'>): void {
    const place = this.#doubt.request();
    this.#open.set(keyOf(id), { sink, id, method, progressToken, takesMore, place, answering: false });
  }

  /** Something was sent that has no answer. */
  sentOther(): void {
    this.#doubt.notRequest();
  }

  /** The one of exactly this id, which is open no longer. */
  take(id: unknown): OpenRequest | undefined {
    return isMessageId(id) ? this.#remove(keyOf(id)) : undefined;
  }

  /** The one that an answer is for; an error without an id is for the only one that it can be about. */
  takeAnswered(id: unknown): OpenRequest | undefined {
    const key = id === undefined || id === null ? this.#keyOfOnly() : this.#keyOfAnswer(id);
    const request = key === undefined ? undefined : this.#open.get(key);
    if (key === undefined || request === undefined) return undefined;
    this.#doubt.answered(request.place);
    return this.#remove(key);
  }

  /** The subscription that a server of the modern era ends by cancelling the request that began it. */
  takeSubscription(id: unknown): OpenRequest | undefined {
    return this.#subscription(id) === undefined ? undefined : this.take(id);
  }

  /** All of them, none of which is open any more. */
  takeAll(): OpenRequest[] {
    const all = [...this.#open.values()];
    this.#open.clear();
    return all;
  }

  /** Progress names the token of its call. */
  reportedBy(params: JsonView | undefined): OpenRequest | undefined {
    const progressToken = params?.value('progressToken');
    if (progressToken === undefined) return undefined;
    for (const request of this.#open.values()) if (request.progressToken === progressToken) return request;
    return undefined;
  }

  /** What was subscribed to names its subscription. */
  subscribedBy(params: JsonView | undefined): OpenRequest | undefined {
    return this.#subscription(params?.view('_meta')?.value(SUBSCRIPTION_ID));
  }

  /** The newest call: what a server says in the middle of several is most often about the one it began last. */
  latestReader(): OpenRequest | undefined {
    let latest: OpenRequest | undefined;
    for (const request of this.#open.values()) if (request.takesMore && request.method !== LISTEN) latest = request;
    return latest;
  }

  #subscription(id: unknown): OpenRequest | undefined {
    const request = isMessageId(id) ? this.#open.get(keyOf(id)) : undefined;
    return request?.method === LISTEN ? request : undefined;
  }

  #keyOfOnly(): string | undefined {
    return this.#open.size === 1 && this.#doubt.isNone ? this.#open.keys().next().value : undefined;
  }

  /** Careless servers write an id that is a number as text, or the other way round. */
  #keyOfAnswer(id: unknown): string | undefined {
    if (!isMessageId(id)) return undefined;
    const exact = keyOf(id);
    if (this.#open.has(exact)) return exact;
    if (typeof id === 'number') return keyOf(String(id));
    // Not every text that reads as a number is one that was written so: "" would be 0.
    return String(Number(id)) === id ? id : undefined;
  }

  #remove(key: string): OpenRequest | undefined {
    const request = this.#open.get(key);
    this.#open.delete(key);
    return request;
  }
}

/** `1` and `"1"` are two ids. */
export function keyOf(id: MessageId): string {
  return JSON.stringify(id);
}
