/** Collects the body of one HTTP request: never more than the policy allows, and not before there is room for it. */
import type { IncomingMessage } from 'node:http';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Call } from '../../call/call.ts';
import { bodyTooLarge, malformedBy } from './intake.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import { reserve } from '../../path/steps/take-room.ts';
import type { PathParts } from '../../path/parts.ts';
import { Collector } from '../../../core/collector.ts';
import type { HttpFence } from './fence.ts';
import type { HttpReply } from './reply.ts';
import { UnkeptBody } from './unkept-body.ts';

/** Room is made for a body of unknown length in steps that double. */
const FIRST_STEP = 16 * 1024;

export class BodyReader {
  readonly #request: IncomingMessage;
  readonly #call: Call;
  readonly #reply: HttpReply;
  readonly #gate: PathParts;
  readonly #fence: HttpFence;
  readonly #limit: number;
  readonly #body: Collector;
  readonly #onBody: (body: Buffer) => void;
  #unkept: UnkeptBody | undefined = undefined;
  #reserved = 0;
  #ended = false;
  #isReading = false;
  #waits = false;
  #over = false;

  /** `onBody` is called with all of it. Whoever is refused is answered here, and recorded. */
  constructor(
    { call, reply, request }: { readonly call: Call; readonly reply: HttpReply; readonly request: IncomingMessage },
    gate: PathParts,
    fence: HttpFence,
    onBody: (body: Buffer) => void,
  ) {
    this.#request = request;
    this.#onBody = onBody;
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#fence = fence;
    this.#limit = call.policy?.bundle.limits.body ?? 0;
    const announced = Number(request.headers['content-length'] ?? 0);
    // Of what is too large nothing is kept.
    this.#body = new Collector(announced > this.#limit ? 0 : announced);
  }

  /** `onRoom` is called before the first byte is taken. */
  read(onRoom: () => void): void {
    this.#request.on('error', () => this.#fenced(() => this.#onBroken()));
    this.#reserve(this.#body.expected === 0 ? Math.min(FIRST_STEP, this.#limit) : this.#body.expected, () => {
      onRoom();
      this.#listen();
    });
  }

  #listen(): void {
    this.#isReading = true;
    this.#request.on('data', (chunk: Buffer) => this.#fenced(() => this.#onData(chunk)));
    this.#request.on('end', () => {
      this.#ended = true;
      this.#fenced(() => this.#finish());
    });
  }

  #fenced(step: () => void): void {
    this.#fence.call(this.#call, this.#reply, step);
  }

  #reserve(bytes: number, then: () => void): void {
    this.#waits = true;
    reserve(this.#call, this.#gate, bytes, (refusal) => this.#fenced(() => this.#onRoom(bytes, refusal, then)));
  }

  #onRoom(bytes: number, refusal: Refusal | undefined, then: () => void): void {
    this.#waits = false;
    // The client may have left in the meantime.
    if (this.#over) return;
    this.#reserved = bytes;
    if (refusal === undefined) then();
    else if (this.#request.headers.expect === undefined) {
      this.#passOver(refusal);
      if (this.#isReading) this.#request.resume();
      else this.#listen();
      this.#finish();
    } else {
      // It has not been asked for.
      this.#over = true;
      refuseCall(this.#call, this.#reply, this.#gate, refusal);
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return;
    if (this.#unkept === undefined && this.#body.length + chunk.length > this.#limit) {
      this.#passOver(bodyTooLarge(this.#limit));
    }
    if (this.#unkept !== undefined) {
      this.#unkept.push(chunk);
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

  /** From here on nothing of it is kept. */
  #passOver(refusal: Refusal): void {
    this.#unkept = new UnkeptBody(this.#call, this.#reply, this.#gate, refusal);
    this.#unkept.push(this.#body.take());
    this.#call.room?.bytes.fits(0);
  }

  /** All of it is here, and there is room for it. */
  #finish(): void {
    if (this.#over || !this.#ended || this.#waits) return;
    this.#over = true;
    if (this.#unkept !== undefined) {
      this.#unkept.end();
      return;
    }
    const body = this.#body.take();
    this.#call.room?.bytes.fits(body.length);
    this.#onBody(body);
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
    if (this.#unkept !== undefined) this.#unkept.breakOff();
    else refuseCall(this.#call, this.#reply, this.#gate, refuse('not-json', 'the body was not sent to its end'));
  }
}
