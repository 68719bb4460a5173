/**
 * What goes on after the client has left. In the modern era leaving is cancelling; before, a client that lost its stream may come back
 * for the answer, so the server goes on (MCP 2026-07-28, Cancellation; MCP 2025-11-25, Streamable HTTP, Sending Messages), though not
 * for ever.
 */
import type { Call } from '../call/call.ts';
import type { AnswerParts } from './parts.ts';

/** How long the server may go on for a client that left and may come back for the answer. */
const AFTER_LEAVING_MS = 5 * 60_000;

export class Leaving {
  readonly #call: Call;
  readonly #gate: AnswerParts;
  readonly #giveUp: () => void;
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(call: Call, gate: AnswerParts, giveUp: () => void) {
    this.#call = call;
    this.#gate = gate;
    this.#giveUp = giveUp;
  }

  /** The client has left, and the server goes on. */
  get begun(): boolean {
    return this.#timer !== undefined;
  }

  begin(): void {
    this.#timer = setTimeout(() => this.giveUpWaiting(), AFTER_LEAVING_MS).unref();
    this.#gate.abandoned.add(this, this.#call.principal);
  }

  /** The server has gone on long enough for nobody. */
  giveUpWaiting(): void {
    this.#giveUp();
  }

  end(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#gate.abandoned.delete(this, this.#call.principal);
  }
}
