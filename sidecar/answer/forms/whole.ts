/** An answer that is one message: it is gathered first, because what is not whole cannot be decided on. */
import type { IncomingHttpHeaders } from 'node:http';
import { PieceCollector } from '../../../core/mcp/piece-collector.ts';
import type { Pieces } from '../../../core/mcp/pieces.ts';
import { Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { messageEvent } from '../../../core/mcp/sse.ts';
import { withLimits } from '../../call/limited.ts';
import { answerRefusal } from '../../call/refusal-reply.ts';
import { returnedHeaders } from '../../upstream/http/headers.ts';
import { asOne, bytesOf } from '../../call/reply.ts';
import type { Delivery } from '../delivery.ts';
import { expectedBytes, withoutMark } from '../head.ts';
import { answerBesides, inspectWhole, refusalOfStatus } from '../read-whole.ts';
import { MAX_MESSAGE_BYTES } from '../max-message.ts';
import type { AnswerForm } from './form.ts';

const NOTHING = Buffer.alloc(0);

export class WholeForm implements AnswerForm {
  readonly rest = 'refused';
  readonly isResumable = false;
  readonly #delivery: Delivery;
  readonly #status: number;
  readonly #headers: IncomingHttpHeaders;
  readonly #body = new PieceCollector();
  /** How many bytes will come, where that is known; else 0. */
  readonly #expected: number;

  constructor(delivery: Delivery, status: number, headers: IncomingHttpHeaders) {
    this.#delivery = delivery;
    this.#status = status;
    this.#headers = headers;
    this.#expected = expectedBytes(headers);
  }

  take(chunk: Buffer): boolean {
    // For a client that left, it is enough that the server has come to an end.
    if (this.#delivery.leaving.begun) return true;
    if (this.#body.length + chunk.length > MAX_MESSAGE_BYTES) {
      // It costs its client this call; a status that says otherwise would cost some their session.
      const tooLarge = refuse(
        'upstream-invalid',
        `its answer is larger than ${MAX_MESSAGE_BYTES} bytes; ask for less at once`,
      );
      this.#delivery.giveUp(tooLarge.withStatus(this.#status));
      return true;
    }
    this.#body.push(chunk);
    return this.#delivery.room.holds(this.#body.length, this.#expected);
  }

  end(): void {
    const { call, gate, leaving } = this.#delivery;
    if (leaving.begun) {
      this.#delivery.finish('client-gone', 'forwarded');
      return;
    }
    const start = gate.clock.monotonic();
    const body = withoutMark(this.#body.take(NOTHING));
    if (call.id === null) this.#sendBesides(body);
    else this.#sendAnswer(body);
    call.course.responseDoorMs += gate.clock.monotonic() - start;
  }

  hasRoom(): boolean {
    return true;
  }

  close(): void {
    this.#body.take(NOTHING);
  }

  #sendBesides(body: Pieces): void {
    const { call, reply, messages } = this.#delivery;
    // Behind the head of a stream that went out early there is none.
    if (reply.started) reply.end();
    else {
      const { headers, shown } = answerBesides(messages, this.#status, this.#headers, body);
      if (shown instanceof Refusal) answerRefusal(call, reply, messages.screen(shown), headers);
      else {
        call.course.answerBytes = bytesOf(shown);
        reply.send(this.#status, headers, shown);
      }
    }
    this.#delivery.finish('accepted', 'forwarded');
  }

  #sendAnswer(body: Pieces): void {
    const { call, reply, messages } = this.#delivery;
    const passage = inspectWhole(messages, this.#status, this.#headers, body);
    const isUnreadable = typeof passage === 'object' && 'unreadable' in passage;
    if (isUnreadable || passage === 'drop' || !messages.sawAnswer) {
      this.#refuse(
        body,
        isUnreadable ? passage.unreadable : 'it answered with something else than an answer to the call',
      );
      return;
    }
    const shown = passage === 'pass' ? body.plain : passage.instead;
    if (reply.started) {
      this.#delivery.write(messageEvent(asOne(shown)));
      reply.end();
    } else {
      call.course.answerBytes = bytesOf(shown);
      reply.send(this.#status, withLimits(returnedHeaders(this.#headers, false), call), shown);
    }
    this.#delivery.finish('answered', 'forwarded');
  }

  #refuse(body: Pieces, problem: string): void {
    const { call, reply } = this.#delivery;
    const isEarly = reply.started && call.session !== undefined;
    const refusal = refusalOfStatus(this.#status, this.#headers, body, problem, isEarly);
    // What goes with its status, such as Retry-After.
    this.#delivery.giveUp(refusal, this.#status >= 400 ? returnedHeaders(this.#headers, false) : {});
  }
}
