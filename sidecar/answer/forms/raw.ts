/** What a server says to somebody without a token (RFC 6750 §3), passed on as it is: it is no message to anybody. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Delivery } from '../delivery.ts';
import type { AnswerForm } from './form.ts';

export class RawForm implements AnswerForm {
  readonly rest = 'torn';
  readonly isResumable = false;
  readonly #delivery: Delivery;

  constructor(delivery: Delivery, status: number, headers: OutgoingHttpHeaders) {
    this.#delivery = delivery;
    // A comment in it would be read as part of it.
    delivery.pulse.stop();
    delivery.reply.start(status, headers);
  }

  take(chunk: Buffer): boolean {
    return this.#delivery.write(chunk);
  }

  end(): void {
    const { call, reply } = this.#delivery;
    reply.end();
    this.#delivery.finish(call.id === null ? 'accepted' : 'answered', 'forwarded');
  }

  hasRoom(): boolean {
    return true;
  }

  close(): void {}
}
