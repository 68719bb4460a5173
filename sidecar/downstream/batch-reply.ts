/** How several messages in one POST are answered (MCP 2025-03-26, Batching): each is a call of its own, their answers go back together. */
import type { OutgoingHttpHeaders } from 'node:http';
import { refuse } from '../../core/mcp/refusals.ts';
import { readServerMessage } from '../../core/mcp/server-message.ts';
import { messageEvent, readFields } from '../../core/mcp/sse.ts';
import { SseSplitter } from '../../core/mcp/sse-splitter.ts';
import { acceptsEvents } from '../call/accepts-events.ts';
import { refusalMessage } from '../call/refusal-reply.ts';
import { noRoomForAnswer } from '../answer/answer-room.ts';
import type { Call } from '../call/call.ts';
import { type BatchAnswers, type Body, type Reply, SSE_HEADERS, asOne } from '../call/reply.ts';

/** As much as one event of the server's may have. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** Of all answers together, for a client that takes no events. */
const MAX_ANSWERS_BYTES = 16 * 1024 * 1024;
const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

/** Gathers what the calls of one batch are answered: as events as they come, or as one list for a client that takes no events. */
export class BatchReply implements BatchAnswers {
  readonly #call: Call;
  readonly #reply: Reply;
  /** False for a client that takes no events. */
  readonly asEvents: boolean;
  readonly #answers: Buffer[] = [];
  #answerBytes = 0;
  readonly #bodyBytes: number;
  readonly #goneListeners: (() => void)[] = [];
  readonly #drainListeners: (() => void)[] = [];
  #waiting: number;
  /** One of its calls has been cut off. */
  #isTorn = false;
  #unsettled: number;

  constructor(call: Call, reply: Reply, count: number) {
    this.#call = call;
    this.#bodyBytes = call.room?.bytes.bytes ?? 0;
    this.#reply = reply;
    // Over HTTP+SSE everything is an event, whatever a POST says that it takes.
    this.asEvents = acceptsEvents(call) || call.session?.transport !== undefined;
    this.#waiting = count;
    this.#unsettled = count;
    // Once for all: a batch may have a hundred calls.
    reply.onClientGone(() => {
      for (const listener of this.#goneListeners.splice(0)) listener();
      this.#giveRoomBack();
    });
  }

  part(call: Call): Reply {
    return new Part(this, call);
  }

  /** The list itself has no record; without this its room would be taken for ever. */
  settled(): void {
    if (--this.#unsettled === 0) this.#call.room?.recorded();
  }

  get open(): boolean {
    return this.#reply.open;
  }

  get unread(): number {
    return this.#reply.unread;
  }

  /** The answer to one of its calls. */
  message(call: Call, json: Buffer | string): boolean {
    if (this.asEvents) return this.event(call, messageEvent(json));
    this.#keep(call, Buffer.from(json));
    return true;
  }

  event(call: Call, event: Buffer): boolean {
    if (!this.asEvents) {
      this.keepAnswer(call, event);
      return true;
    }
    if (!this.#reply.started) this.#reply.start(200, SSE_HEADERS);
    const writable = this.#reply.write(event);
    this.#call.room?.bytes.holds(this.#bodyBytes + this.#reply.unread);
    return writable;
  }

  /** For a client that takes no events; true when it is the answer to the call itself. */
  keepAnswer(call: Call, event: Buffer): boolean {
    const { data } = readFields({ raw: event });
    const message = data === undefined ? undefined : readServerMessage(data);
    // Nobody could answer a request, or take progress, that comes together with the last answer.
    if (data === undefined || typeof message !== 'object' || message.kind !== 'response') return false;
    this.#keep(call, data);
    return message.id === undefined || String(message.id) === String(call.id);
  }

  tear(): void {
    this.#isTorn = true;
  }

  over(): void {
    if (--this.#waiting > 0) return;
    if (this.#reply.started) this.#reply.end();
    // To be told that all was taken would have the client wait for an answer.
    else if (this.#answers.length === 0 && this.#isTorn) this.#reply.destroy();
    else if (this.#answers.length === 0) this.#reply.send(202, {}, '');
    else {
      const list = this.#answers.flatMap((answer, i) => [i === 0 ? OPEN : COMMA, answer]);
      this.#reply.send(200, { 'content-type': 'application/json' }, Buffer.concat([...list, CLOSE]));
    }
    this.#giveRoomBack();
  }

  /** Its calls are put on record and have room of their own; the list has neither record nor end but this. */
  #giveRoomBack(): void {
    this.#call.room?.recorded();
  }

  /** They are kept until the last one has come. */
  #keep(call: Call, json: Buffer): void {
    const bytes = this.#answerBytes + json.length;
    const isTooLarge = bytes > MAX_ANSWERS_BYTES;
    // They are put together in the end, and are there twice then.
    const hasRoom = isTooLarge || (this.#call.room?.bytes.fits(this.#bodyBytes + 2 * bytes) ?? true);
    const tooLarge = refuse('upstream-invalid', `the answers to a batch are larger than ${MAX_ANSWERS_BYTES} bytes`);
    const refusal = isTooLarge ? tooLarge : hasRoom ? undefined : noRoomForAnswer();
    const kept = refusal === undefined ? json : Buffer.from(refusalMessage(call, refusal));
    this.#answerBytes += kept.length;
    this.#answers.push(kept);
  }

  onClientGone(listener: () => void): void {
    this.#goneListeners.push(listener);
  }

  onDrain(resume: () => void): void {
    this.#drainListeners.push(resume);
    if (this.#drainListeners.length > 1) return;
    this.#reply.onDrain(() => {
      for (const listener of this.#drainListeners.splice(0)) listener();
    });
  }
}

/** The reply to one call of a batch. */
class Part implements Reply {
  readonly #batch: BatchReply;
  readonly #call: Call;
  #started = false;
  #over = false;
  #events: SseSplitter | undefined = undefined;
  #body: Buffer[] = [];

  constructor(batch: BatchReply, call: Call) {
    this.#batch = batch;
    this.#call = call;
  }

  get started(): boolean {
    return this.#started;
  }

  get open(): boolean {
    return !this.#over && this.#batch.open;
  }

  get unread(): number {
    return this.#batch.unread;
  }

  send(_status: number, _headers: OutgoingHttpHeaders, body: Body): void {
    if (this.#over) return;
    if (body.length > 0 && this.#isAwaited()) this.#batch.message(this.#call, asOne(body));
    this.#finish();
  }

  start(_status: number, headers: OutgoingHttpHeaders): void {
    this.#started = true;
    if (headers['content-type'] === SSE_HEADERS['content-type']) this.#events = new SseSplitter(MAX_EVENT_BYTES);
  }

  write(chunk: Buffer): boolean {
    if (this.#over) return true;
    if (this.#events === undefined) {
      this.#body.push(chunk);
      return true;
    }
    let writable = true;
    for (const { raw } of this.#events.push(chunk)) {
      if (this.#batch.asEvents) writable = this.#batch.event(this.#call, raw) && writable;
      else if (this.#batch.keepAnswer(this.#call, raw)) {
        // Not every server ends its stream behind its answer.
        this.#finish();
        break;
      }
    }
    return writable;
  }

  end(): void {
    if (this.#over) return;
    if (this.#body.length > 0 && this.#isAwaited()) {
      this.#batch.message(this.#call, Buffer.concat(this.#body));
    }
    this.#finish();
  }

  destroy(): void {
    if (this.#over) return;
    if (this.#isAwaited()) this.#batch.tear();
    this.#finish();
  }

  onDrain(resume: () => void): void {
    this.#batch.onDrain(resume);
  }

  onClientGone(listener: () => void): void {
    this.#batch.onClientGone(() => {
      if (!this.#over) listener();
    });
  }

  /** Notifications and responses get no answer; what is no message at all gets one. */
  #isAwaited(): boolean {
    return this.#call.awaits !== 'nothing';
  }

  #finish(): void {
    this.#over = true;
    this.#body = [];
    this.#batch.over();
  }
}
