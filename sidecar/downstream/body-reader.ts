/** Collects the body of one HTTP request: never more than the policy allows, and not before there is room for it. */
import type http from 'node:http';
import { refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';
import { bodyTooLarge, malformedBy } from '../call/intake-http.ts';
import { admit, refuseCall } from '../call/path.ts';
import { reserve } from '../call/room.ts';
import type { Gate } from '../gate.ts';
import { Collector } from '../memory/collector.ts';
import type { HttpReply } from './http-reply.ts';

/** Room is made for a body of unknown length in steps that double. */
const FIRST_STEP = 16 * 1024;

export class BodyReader {
  readonly #request: http.IncomingMessage;
  readonly #call: Call;
  readonly #reply: HttpReply;
  readonly #gate: Gate;
  readonly #limit: number;
  readonly #body: Collector;
  #reserved = 0;
  #ended = false;
  #waits = false;
  #over = false;

  constructor(call: Call, reply: HttpReply, gate: Gate, request: http.IncomingMessage) {
    this.#request = request;
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#limit = call.policy?.bundle.limits.body ?? 0;
    // The head was checked against the limit.
    this.#body = new Collector(Number(request.headers['content-length'] ?? 0));
  }

  /** `onRoom` is called before the first byte is taken. */
  read(onRoom: () => void): void {
    this.#request.on('error', () => this.#onBroken());
    this.#reserve(this.#body.expected === 0 ? Math.min(FIRST_STEP, this.#limit) : this.#body.expected, () => {
      onRoom();
      this.#request.on('data', (chunk: Buffer) => this.#onData(chunk));
      this.#request.on('end', () => {
        this.#ended = true;
        this.#finish();
      });
    });
  }

  #reserve(bytes: number, then: () => void): void {
    this.#waits = true;
    reserve(this.#call, this.#gate, bytes, (refusal) => {
      this.#waits = false;
      // The client may have left in the meantime.
      if (this.#over) return;
      this.#reserved = bytes;
      if (refusal === undefined) then();
      else {
        this.#over = true;
        refuseCall(this.#call, this.#reply, this.#gate, refusal);
      }
    });
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return;
    if (this.#body.length + chunk.length > this.#limit) {
      this.#over = true;
      this.#body.take();
      refuseCall(this.#call, this.#reply, this.#gate, bodyTooLarge(this.#limit));
      return;
    }
    this.#body.push(chunk);
    if (this.#body.length <= this.#reserved || this.#waits) return;
    this.#request.pause();
    this.#reserve(Math.min(2 * this.#body.length, this.#limit), () => {
      this.#request.resume();
      this.#finish();
    });
  }

  /** All of it is here, and there is room for it. */
  #finish(): void {
    if (this.#over || !this.#ended || this.#waits) return;
    this.#over = true;
    this.#call.body = this.#body.take();
    this.#call.room?.bytes.fits(this.#call.body.length);
    admit(this.#call, this.#reply, this.#gate);
  }

  /** What comes in is no body. False: it has come in whole, so this belongs to what follows. */
  breakOff(error: NodeJS.ErrnoException): boolean {
    if (this.#over || this.#request.complete) return false;
    if (error.code === 'HPE_INVALID_EOF_STATE') this.#onBroken();
    else {
      this.#over = true;
      refuseCall(this.#call, this.#reply, this.#gate, malformedBy(error));
    }
    return true;
  }

  /** The client left in the middle of its upload: nothing was asked, but that it tried is on record. */
  #onBroken(): void {
    if (this.#over) return;
    this.#over = true;
    this.#body.take();
    refuseCall(this.#call, this.#reply, this.#gate, refuse('not-json', 'the body was not sent to its end'));
  }
}
