/** The response door for a stream of events: each is taken whole, inspected, and goes on as its original bytes. */
import type { IncomingHttpHeaders } from 'node:http';
import { type SseEvent, SseOverflow, SseSplitter, readFields, replaceData } from '../../core/mcp/sse.ts';
import type { Gate } from '../gate.ts';
import type { Call } from './call.ts';
import { filterForCaller } from './filter-list.ts';
import { openNegotiatedSession } from './negotiated-session.ts';
import type { ProgressOffset } from './progress-offset.ts';

/** An answer to the call was among the events. Read from the bytes: only whether the stream ended too early hangs on it. */
const RESULT = Buffer.from('"result"');
const ERROR = Buffer.from('"error"');

/** Parsing takes several times the size, and the image gives the heap 64 MiB. */
const MAX_LIST_CHARACTERS = 4 * 1024 * 1024;

export class EventDoor {
  readonly #call: Call;
  readonly #gate: Gate;
  /** Head of the answer whose body the events are. */
  readonly #headers: IncomingHttpHeaders;
  readonly #progress: ProgressOffset | undefined;
  readonly #splitter: SseSplitter;
  #sawAnswer = false;
  #sawEventId = false;

  constructor(
    call: Call,
    gate: Gate,
    headers: IncomingHttpHeaders,
    progress: ProgressOffset | undefined,
    maxEventBytes: number,
  ) {
    this.#call = call;
    this.#gate = gate;
    this.#headers = headers;
    this.#progress = progress;
    this.#splitter = new SseSplitter(maxEventBytes);
  }

  get sawAnswer(): boolean {
    return this.#sawAnswer;
  }

  /** The client can come back for the rest of this stream with Last-Event-ID. */
  get isResumable(): boolean {
    return this.#sawEventId && this.#call.revision?.era === 'legacy';
  }

  /** What to write for this chunk; runs of events that did not change are one piece. Throws `SseOverflow`. */
  push(chunk: Buffer): readonly Buffer[] {
    const pieces: Buffer[] = [];
    for (const event of this.#splitter.push(chunk)) {
      const { raw } = this.#inspect(event);
      const last = pieces.at(-1);
      if (last !== undefined && last.buffer === raw.buffer && last.byteOffset + last.length === raw.byteOffset) {
        pieces[pieces.length - 1] = Buffer.from(raw.buffer, last.byteOffset, last.length + raw.length);
      } else pieces.push(raw);
    }
    return pieces;
  }

  #inspect(event: SseEvent): SseEvent {
    if (!this.#sawAnswer) this.#sawAnswer = event.raw.includes(RESULT) || event.raw.includes(ERROR);
    if (!this.#mustRead(event)) return event;
    const { id, data } = readFields(event);
    if (id !== undefined) this.#sawEventId = true;
    if (data === undefined || data === '') return event;
    openNegotiatedSession(this.#call, this.#gate, this.#headers, data);
    const changed = this.#progress?.apply(data) ?? this.#filter(data);
    return changed === undefined ? event : replaceData(event, changed);
  }

  #filter(data: string): string | undefined {
    if (!this.#mayCarryLists()) return undefined;
    if (data.length > MAX_LIST_CHARACTERS) throw new SseOverflow('an event with a list is too large to be inspected');
    return filterForCaller(data, this.#call, this.#gate);
  }

  #mayCarryLists(): boolean {
    return this.#call.httpMethod === 'GET' || this.#call.method?.door === 'filter';
  }

  /** Events of an ordinary call carry nothing that a list filter could change; reading them would cost for nothing. */
  #mustRead(event: SseEvent): boolean {
    const { message } = this.#call;
    if (this.#mayCarryLists() || this.#progress !== undefined) return true;
    if (message?.kind === 'request' && message.method === 'initialize') return true;
    return !this.#sawEventId && event.raw.includes('id:');
  }
}
