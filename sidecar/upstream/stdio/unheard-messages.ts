/**
 * What a stdio server says while its client has no stream open: kept for the next one that opens. A question must not be kept for long,
 * because the server waits for the answer, and it may hold up a call: when nobody has come to hear it, the server is told.
 */
import { isMessageId } from '../../../core/mcp/message.ts';
import { refuse } from '../../../core/mcp/refusals.ts';

/** Older ones are dropped first. */
const MAX_KEPT = 100;
const MAX_KEPT_BYTES = 1024 * 1024;
/** A client opens its stream right after the handshake, and servers ask for roots in the same moment. */
const ASK_WITHIN_MS = 1_000;

interface Kept {
  readonly event: Buffer;
  /** Of a question. */
  readonly timer: NodeJS.Timeout | undefined;
  readonly decline: () => void;
}

export interface UnheardOptions {
  /** To the server: one JSON-RPC message. */
  say(json: string): void;
  remark(words: string): void;
}

export class UnheardMessages {
  readonly #options: UnheardOptions;
  readonly #kept: Kept[] = [];
  #bytes = 0;

  constructor(options: UnheardOptions) {
    this.#options = options;
  }

  /** `id` is that of a request; anything else is a notification. */
  keep(event: Buffer, id: unknown): void {
    const decline = isMessageId(id) ? (): void => this.#decline(id) : (): void => {};
    const timer = isMessageId(id) ? setTimeout(() => this.#giveUp(kept), ASK_WITHIN_MS).unref() : undefined;
    const kept: Kept = { event, timer, decline };
    this.#kept.push(kept);
    this.#bytes += event.length;
    while (this.#kept.length > MAX_KEPT || this.#bytes > MAX_KEPT_BYTES) {
      const oldest = this.#kept[0];
      if (oldest === undefined) return;
      this.#giveUp(oldest);
      this.#options.remark('a message was dropped: no client listens');
    }
  }

  /** All that is kept, for a stream that has opened. */
  take(): Buffer[] {
    const events = this.#kept.map(({ event }) => event);
    this.forget();
    return events;
  }

  forget(): void {
    for (const { timer } of this.#kept.splice(0)) clearTimeout(timer);
    this.#bytes = 0;
  }

  #giveUp(kept: Kept): void {
    const at = this.#kept.indexOf(kept);
    if (at < 0) return;
    this.#kept.splice(at, 1);
    this.#bytes -= kept.event.length;
    clearTimeout(kept.timer);
    kept.decline();
  }

  #decline(id: string | number): void {
    const { code, message } = refuse('client-unreachable', 'it has no stream open on which it could be asked');
    this.#options.say(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }));
  }
}
