/**
 * A body that is not taken, because it is beyond the limit or there is no room for it. None of it is kept, but it is read to its end all
 * the same, within bounds: whoever sent it waits for an answer under the id that is somewhere in it, and an HTTP error would end more
 * than this call.
 */
import { OutlineReader } from '../../../core/mcp/outline.ts';
import type { Refusal } from '../../../core/mcp/refusals.ts';
import type { Call } from '../../call/call.ts';
import { MAX_PASSED_OVER } from './intake.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import { refuseUnread } from '../../path/refuse-unread.ts';
import type { PathParts } from '../../path/parts.ts';
import type { ClientReply } from '../../call/reply.ts';

export class UnkeptBody {
  readonly #call: Call;
  readonly #reply: ClientReply;
  readonly #gate: PathParts;
  readonly #refusal: Refusal;
  readonly #outline = new OutlineReader();
  #bytes = 0;
  #over = false;

  constructor(call: Call, reply: ClientReply, gate: PathParts, refusal: Refusal) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#refusal = refusal;
  }

  push(chunk: Buffer): void {
    if (this.#over) return;
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_PASSED_OVER) this.#outline.push(chunk);
    else this.breakOff();
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    refuseUnread(this.#call, this.#reply, this.#gate, this.#refusal, this.#outline.end());
  }

  /** Its end is not seen, so nobody can be answered. */
  breakOff(): void {
    if (this.#over) return;
    this.#over = true;
    refuseCall(this.#call, this.#reply, this.#gate, this.#refusal);
  }
}
