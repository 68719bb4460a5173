/** A number that comes out of a call, such as what it costs: an expression of CEL, ready to be asked. */
import { MAX_STEPS } from './budget.ts';
import { asFailure, prepareSafely } from './condition.ts';
import type { Expression } from './expression.ts';
import { Failure } from './failure.ts';
import { type Facts, Frame, NO_FACTS, type Step } from './frame.ts';
import { typeOf } from './values.ts';

export class Amount {
  readonly #step: Step;

  constructor(expression: Expression) {
    this.#step = prepareSafely(expression);
  }

  /** A finite number that is not negative, or why there is none. Never throws. `subject`: the name that the call is about. */
  ask(facts: Facts, subject: string, args: object | undefined): number | Failure {
    try {
      const value = this.#step(new Frame(facts, subject, args, MAX_STEPS));
      if (typeof value !== 'number' && typeof value !== 'bigint')
        return new Failure('wrong-type', `What is reckoned comes to the type ${typeOf(value)}, and not to a number.`);
      const amount = Number(value);
      if (Number.isFinite(amount) && amount >= 0) return amount;
      return new Failure(
        'no-result',
        `What is reckoned comes to ${String(value)}, where nothing below 0 can be counted.`,
      );
    } catch (error) {
      return asFailure(error);
    }
  }
}

/** Why an expression gives no amount whatever is called; undefined: it may give one. */
export function whyNever(expression: Expression): string | undefined {
  const amount = new Amount(expression).ask(NO_FACTS, '', undefined);
  return amount instanceof Failure && amount.reason !== 'missing' ? amount.message : undefined;
}
