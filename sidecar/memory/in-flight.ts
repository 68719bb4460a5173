/** Calls that the server has and whose clients wait, findable by what ends the process: each gets an answer before it goes. */
import type { Refusal } from '../../core/mcp/refusals.ts';
import { InOrder, type Place } from './in-order.ts';

export interface InFlightCall {
  /** Ends it with this answer, and puts on record that it was cut off. */
  interrupt(why: Refusal): void;
}

export class InFlight {
  readonly #calls = new InOrder<InFlightCall>();

  get size(): number {
    return this.#calls.size;
  }

  add(place: Place<InFlightCall>): void {
    this.#calls.enter(place);
  }

  delete(place: Place<InFlightCall>): void {
    this.#calls.leave(place);
  }

  interruptAll(why: Refusal): void {
    // A copy: each takes itself out.
    for (const call of this.#calls.all()) call.interrupt(why);
  }
}
