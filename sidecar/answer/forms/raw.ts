/**
 * What a server says to somebody without a token (RFC 6750 §3), passed on as it is: it is no message to anybody. Where a pack looks for
 * something in what servers say, it is taken whole first, and looked through as the text that it is.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import { Collector } from '../../../core/collector.ts';
import type { Delivery } from '../delivery.ts';
import type { AnswerForm } from './form.ts';

/** Of a body that is looked through; challenges have a line. What is longer is not shown. */
const MAX_BODY_BYTES = 64 * 1024;

export class RawForm implements AnswerForm {
  readonly isResumable = false;
  readonly #delivery: Delivery;
  readonly #status: number;
  readonly #headers: OutgoingHttpHeaders;
  /** What is there of a body that is looked through; undefined: it passes as it comes. */
  readonly #gathered: Collector | undefined;
  #length = 0;

  /** `headers`: of a body that may change. `exact`: of one that does not. */
  constructor(delivery: Delivery, status: number, headers: OutgoingHttpHeaders, exact: OutgoingHttpHeaders) {
    this.#delivery = delivery;
    this.#status = status;
    this.#headers = headers;
    this.#gathered = delivery.messages.screens ? new Collector() : undefined;
    if (this.#gathered !== undefined) return;
    // A comment in it would be read as part of it.
    delivery.pulse.stop();
    delivery.reply.start(status, exact);
  }

  get rest(): 'refused' | 'torn' {
    return this.#gathered === undefined ? 'torn' : 'refused';
  }

  take(chunk: Buffer): boolean {
    if (this.#gathered === undefined) return this.#delivery.write(chunk);
    this.#length += chunk.length;
    if (this.#length <= MAX_BODY_BYTES) this.#gathered.push(chunk);
    return true;
  }

  end(): void {
    const { call, reply, messages } = this.#delivery;
    if (this.#gathered === undefined) reply.end();
    else {
      const body = this.#length > MAX_BODY_BYTES ? Buffer.alloc(0) : messages.screenBody(this.#gathered.take());
      call.course.answerBytes = body.length;
      reply.send(this.#status, this.#headers, body);
    }
    this.#delivery.finish(call.id === null ? 'accepted' : 'answered', 'forwarded');
  }

  hasRoom(): boolean {
    return true;
  }

  close(): void {}
}
