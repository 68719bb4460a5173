/** Over HTTP+SSE the POST itself has no answer: that it was taken is all there is to say, whatever the server writes in its body. */
import type { Delivery } from '../delivery.ts';
import type { AnswerForm, Rest } from './form.ts';

export class AcceptedForm implements AnswerForm {
  readonly isResumable = false;
  readonly #delivery: Delivery;

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
  }

  get rest(): Rest {
    return this.#delivery.restBesides;
  }

  take(): boolean {
    return true;
  }

  end(): void {
    const { reply } = this.#delivery;
    if (reply.started) reply.end();
    else reply.send(202, {}, '');
    this.#delivery.finish('accepted', 'forwarded');
  }

  hasRoom(): boolean {
    return true;
  }

  close(): void {}
}
