/** The response door for a stream of events: each is taken whole, what it says is inspected, and it goes on as its original bytes. */
import { JsonView } from '../../core/mcp/json-view.ts';
import { isStray } from '../../core/mcp/message-form.ts';
import {
  KEEP_ALIVE,
  type SseEvent,
  hasOddLineEnds,
  readPieces,
  replaceData,
  withoutOddLineEnds,
  withoutOthers,
} from '../../core/mcp/sse.ts';
import { SseSplitter } from '../../core/mcp/sse-splitter.ts';
import type { Pieces } from '../../core/mcp/pieces.ts';
import type { AnswerParts } from './parts.ts';
import { acceptsEvents } from '../call/accepts-events.ts';
import type { Call } from '../call/call.ts';
import { openEndpoint } from '../call/endpoint-session.ts';
import { type Passage, UnreadableMessage } from './check.ts';
import type { MessageDoor } from './messages.ts';
import type { Reply } from '../call/reply.ts';

/** Only of HTTP+SSE (2024-11-05), and only as the first event. */
const ENDPOINT = 'endpoint';
const MAX_SHOWN_BYTES = 200;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

export class EventDoor {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #gate: AnswerParts;
  readonly #messages: MessageDoor;
  readonly #splitter: SseSplitter;
  #sawEventId = false;
  #sawStray = false;
  #lastId: string | undefined = undefined;

  constructor(call: Call, reply: Reply, gate: AnswerParts, messages: MessageDoor, maxEventBytes: number) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#messages = messages;
    this.#splitter = new SseSplitter(maxEventBytes);
  }

  /** Bytes of the event that has begun. */
  get heldBytes(): number {
    return this.#splitter.heldBytes;
  }

  /** The client can come back for the rest of this stream with Last-Event-ID: it has seen one, and that of no other stream after it. */
  get isResumable(): boolean {
    const { revision, isElement } = this.#call;
    return this.#sawEventId && revision?.era === 'legacy' && !isElement && acceptsEvents(this.#call);
  }

  /** What to write for this chunk; runs of events that did not change are one piece. Throws `SseOverflow`, `UnreadableMessage`. */
  push(chunk: Buffer, write: (piece: Buffer) => void): void {
    let run: Buffer | undefined;
    try {
      for (const event of this.#splitter.push(chunk)) {
        const passed = this.#inspect(event);
        if (passed === undefined) continue;
        for (const piece of passed.text?.list ?? [passed.raw]) {
          if (run !== undefined && run.buffer === piece.buffer && run.byteOffset + run.length === piece.byteOffset) {
            run = Buffer.from(run.buffer, run.byteOffset, run.length + piece.length);
            continue;
          }
          if (run !== undefined) write(run);
          run = piece;
        }
      }
    } finally {
      // What came before an event that cannot be read is not lost with it.
      if (run !== undefined) write(run);
    }
  }

  /** Undefined when nothing of it goes on. */
  #inspect(received: SseEvent): SseEvent | undefined {
    const plain = hasOddLineEnds(received) ? withoutOddLineEnds(received) : received;
    const { event: type, id, data, hasOthers } = readPieces(plain);
    const event = hasOthers ? withoutOthers(plain) : plain;
    if (id !== undefined) this.#remember(id);
    // Comments, priming events and bare ids carry no message.
    if (data === undefined || data.length === 0) return event;
    if (type === ENDPOINT) {
      const ours = openEndpoint(this.#call, this.#reply, this.#gate, data.whole.toString('utf8'));
      // A client that believed another one would go around the gate.
      return ours === undefined ? withoutData(event, id) : replaceData(event, ours);
    }
    // Clients take messages from events of this type alone; what others carry need not be one, and then it is nothing to them.
    const isMessage = type === 'message' || isJsonIn(data.byteAt(0));
    const passage = isMessage ? this.#inspectMessage(data, type) : 'drop';
    if (passage === 'pass') return event;
    if (passage !== 'drop') return replaceData(event, passage.instead);
    // Servers that send pings as events keep their streams alive by them; behind the gate, too, something must be heard.
    return withoutData(event, id) ?? (type === 'message' ? undefined : { raw: KEEP_ALIVE });
  }

  #inspectMessage(data: Pieces, type: string): Passage {
    try {
      return this.#messages.inspect(data, false);
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      // What no client takes for a message (a status, a line of a log) has cost nobody anything yet, whatever id it has.
      if (isStray(data.whole)) {
        this.#noteStray(data.whole, error.message);
        return 'drop';
      }
      // One bad message must not cost its client what comes after it, unless it is what the client waits for.
      const isAwaited = this.#call.id !== null && type === 'message' && mayBeAnswer(data.whole);
      if (isAwaited) throw error;
      this.#gate.metrics.upstreamError('upstream-invalid');
      return 'drop';
    }
  }

  /** Told once for a stream, counted each time: a server that does so does it all the time. */
  #noteStray(data: Buffer, why: string): void {
    this.#gate.metrics.strayMessage();
    if (this.#sawStray) return;
    this.#sawStray = true;
    const shown = data.toString('utf8', 0, MAX_SHOWN_BYTES);
    this.#gate.log.warn(
      { why, shown, traceId: this.#call.traceId },
      'an event of the server is no JSON-RPC message and was skipped',
    );
  }

  /** A stream that was quiet for long is resumed from its own last event, whatever has come on others since. */
  end(): void {
    if (this.#lastId !== undefined) this.#call.conversation?.events.add(this.#lastId);
  }

  #remember(id: string): void {
    this.#sawEventId = true;
    // A client that is gone has not seen it, and may still name the last one that it saw.
    if (!this.#reply.open) return;
    this.#lastId = id;
    this.#call.conversation?.events.add(id);
  }
}

/** What has a method and no id is a notification, however bad; what is no object at all is no answer in any client's eyes. */
function mayBeAnswer(data: Buffer): boolean {
  const first = data.findIndex((byte) => !isBlank(byte));
  // A list with an object in it; `[DONE]` is the end mark of other protocols.
  const object = data[first] === OPEN_BRACKET ? data.findIndex((byte, i) => i > first && !isBlank(byte)) : first;
  if (data[object] !== OPEN_BRACE) return false;
  const message = JsonView.of(data);
  return message === undefined || !message.has('method') || message.has('id');
}

function isJsonIn(first: number | undefined): boolean {
  return first === OPEN_BRACE || first === OPEN_BRACKET;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a;
}

/** A client that resumes must not be sent once more what it was not to see. */
function withoutData(event: SseEvent, id: string | undefined): SseEvent | undefined {
  return id === undefined ? undefined : replaceData(event, undefined);
}
