/** Calls that the server has and whose clients wait, findable by what ends the process: each gets an answer before it goes. */
import type { Target } from '../../core/mcp/catalogue.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { InOrder, type Place } from './in-order.ts';

/** Who does what. */
export interface Doing {
  readonly principal: Principal | undefined;
  readonly targets: readonly Target[];
}

export interface InFlightCall {
  /** Undefined: another gate decides on it. */
  readonly doing: Doing | undefined;
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

  /** `why`: of those that are cut off. */
  interruptEach(why: (doing: Doing) => Refusal | undefined): void {
    for (const call of this.#calls.all()) {
      const refusal = call.doing && why(call.doing);
      if (refusal !== undefined) call.interrupt(refusal);
    }
  }

  interruptAll(why: Refusal): void {
    // A copy: each takes itself out.
    for (const call of this.#calls.all()) call.interrupt(why);
  }
}
