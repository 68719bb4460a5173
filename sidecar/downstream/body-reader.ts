/** Collects the body of one request, never more than the policy allows. */
import type { IncomingMessage } from 'node:http';
import { refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';
import { malformedBy } from '../call/intake-http.ts';
import { admit, refuseCall } from '../call/path.ts';
import type { Gate } from '../gate.ts';
import type { HttpFence } from './http-fence.ts';
import type { HttpReply } from './http-reply.ts';
import { OverlongBody } from './overlong-body.ts';

export class BodyReader {
  readonly #request: IncomingMessage;
  readonly #call: Call;
  readonly #reply: HttpReply;
  readonly #gate: Gate;
  readonly #fence: HttpFence;
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #overlong: OverlongBody | undefined = undefined;
  #over = false;

  constructor(call: Call, reply: HttpReply, gate: Gate, fence: HttpFence, request: IncomingMessage) {
    this.#request = request;
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#fence = fence;
    this.#limit = call.policy?.bundle.limits.body ?? 0;
  }

  read(): void {
    this.#request.on('data', (chunk: Buffer) => this.#fenced(() => this.#onData(chunk)));
    this.#request.on('end', () => this.#fenced(() => this.#onEnd()));
    this.#request.on('error', () => this.#fenced(() => this.#onBroken()));
  }

  #fenced(step: () => void): void {
    this.#fence.call(this.#call, this.#reply, step);
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return;
    this.#length += chunk.length;
    this.#chunks.push(chunk);
    if (this.#length <= this.#limit) return;
    this.#overlong ??= new OverlongBody(this.#call, this.#reply, this.#gate, this.#limit);
    for (const piece of this.#chunks.splice(0)) this.#overlong.push(piece);
  }

  #onEnd(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#overlong !== undefined) {
      this.#overlong.end();
      return;
    }
    const [only] = this.#chunks;
    this.#call.body =
      this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#length);
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
    if (this.#overlong !== undefined) this.#overlong.breakOff();
    else refuseCall(this.#call, this.#reply, this.#gate, refuse('not-json', 'the body was not sent to its end'));
  }
}
