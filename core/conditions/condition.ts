/** A condition of a rule, ready to be asked. */
import { FAILURE_STEPS, MAX_STEPS, STEP_WORK } from './budget.ts';
import { prepare } from './evaluate.ts';
import { type Expression, reads } from './expression.ts';
import { Failure } from './failure.ts';
import { type Facts, Frame, type Step } from './frame.ts';
import { typeOf } from './values.ts';

/** Whoever pays for it; see core/policy/inspection.ts. */
export interface Payer {
  readonly left: number;
  spend(work: number): boolean;
}

export class Condition {
  /** False: what it says of a name it says of every call of it, so it is asked where things are listed, too. */
  readonly needsArguments: boolean;
  /** False: it says the same of every name. */
  readonly readsName: boolean;
  readonly #step: Step;

  constructor(expression: Expression) {
    this.needsArguments = reads(expression, 'arguments');
    this.readsName = ['tool', 'resource', 'prompt', 'method'].some((name) => reads(expression, name));
    this.#step = prepareSafely(expression);
  }

  /**
   * Whether it holds, or why nobody can say. Never throws. `subject`: the name or URI that the call is about. Once `payer` is exhausted the
   * answer means nothing.
   */
  ask(facts: Facts, subject: string, args: object | undefined, payer: Payer): boolean | Failure {
    const most = Math.max(0, Math.min(MAX_STEPS, payer.left / STEP_WORK));
    const frame = new Frame(facts, subject, args, most);
    const answer = this.#answer(frame);
    const steps = most - frame.left + (typeof answer === 'boolean' ? 0 : FAILURE_STEPS);
    payer.spend(Math.ceil(steps * STEP_WORK));
    return answer;
  }

  #answer(frame: Frame): boolean | Failure {
    try {
      const value = this.#step(frame);
      if (typeof value === 'boolean') return value;
      return new Failure('wrong-type', `The condition comes to the type ${typeOf(value)}, and not to true or false.`);
    } catch (error) {
      return asFailure(error);
    }
  }
}

/** Of what this gate cannot evaluate nothing is known of any call. */
export function prepareSafely(expression: Expression): Step {
  try {
    return prepare(expression);
  } catch (error) {
    const failure = asFailure(error);
    return () => {
      throw failure;
    };
  }
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  return new Failure('failed', `The condition could not be evaluated (${name}), so nothing is known of the call.`);
}
