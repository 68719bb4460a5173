/** Calls that the server has and whose clients wait, findable by what ends the process: each gets an answer before it goes. */
import type { Refusal } from '../../core/mcp/refusals.ts';

export interface InFlightCall {
  /** Ends it with this answer, and puts on record that it was cut off. */
  interrupt(why: Refusal): void;
}

export class InFlight {
  readonly #calls = new Set<InFlightCall>();

  get size(): number {
    return this.#calls.size;
  }

  add(call: InFlightCall): void {
    this.#calls.add(call);
  }

  delete(call: InFlightCall): void {
    this.#calls.delete(call);
  }

  interruptAll(why: Refusal): void {
    // A copy: each takes itself out.
    for (const call of [...this.#calls]) call.interrupt(why);
  }
}
