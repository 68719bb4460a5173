/** A call that waits for what a shared store has seen: a moment, so what it says stays at hand. */
import type { Logger } from 'pino';
import type { Outcome } from '../../../core/history/ops.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Later } from '../../memory/history/history.ts';
import type { Wait } from '../walk.ts';

export class Looking implements Wait {
  readonly what = 'sallyport.look_up_history';
  readonly isShort = true;
  readonly #later: Later;
  readonly #found: (outcome: Outcome | undefined) => Refusal | undefined;

  readonly #log: Pick<Logger, 'error'>;

  constructor(later: Later, found: (outcome: Outcome | undefined) => Refusal | undefined, log: Pick<Logger, 'error'>) {
    this.#later = later;
    this.#found = found;
    this.#log = log;
  }

  begin(resume: (refusal: Refusal | undefined) => void): void {
    this.#later.done((outcome) => resume(this.#weighed(outcome)));
  }

  /** Called with nobody above it: what is thrown here would end the process, and the call would wait for ever. */
  #weighed(outcome: Outcome | undefined): Refusal | undefined {
    try {
      return this.#found(outcome);
    } catch (error) {
      this.#log.error({ err: error }, 'what came before could not be weighed; the call was refused');
      return refuse('internal-error', 'the call could not be decided on');
    }
  }
}
