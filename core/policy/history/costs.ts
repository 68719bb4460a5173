/** What a call costs by one budget, in thousandths of a credit. */
import { Amount } from '../../conditions/amount.ts';
import { Failure } from '../../conditions/failure.ts';
import type { Facts } from '../../conditions/frame.ts';
import { GlobSet } from '../glob-set.ts';
import { type BundleBudget, milliOf } from '../rules/budgets.ts';

export interface Cost {
  readonly milli: number;
  /** Of each KiB of the result. */
  readonly milliPerKiB: number;
}

/** What no entry names. */
const USUAL: Cost = { milli: 1000, milliPerKiB: 0 };
/** Credits: more than any budget has, and little enough to be added up. */
const MOST = 1_000_000_000;

interface Entry {
  readonly milli: number | undefined;
  readonly amount: Amount | undefined;
  readonly milliPerKiB: number;
}

/** Of what a cost is asked: looked up only where an expression needs it. */
export interface Costing {
  readonly tool: string;
  facts(): Facts;
  args(): object;
}

export class Costs {
  readonly #entries = new GlobSet<Entry>('name');

  constructor(costs: BundleBudget['costs']) {
    for (const { tools, milli, cost, milliPerKiB = 0 } of costs) {
      const entry = { milli, milliPerKiB, amount: cost === undefined ? undefined : new Amount(cost.tree) };
      for (const pattern of tools) this.#entries.add(pattern, entry);
    }
  }

  /** The dearest of all entries that name the tool; or why it cannot be told. */
  of(call: Costing): Cost | Failure {
    const entries = this.#entries.match(call.tool);
    if (entries.length === 0) return USUAL;
    let [milli, milliPerKiB] = [0, 0];
    for (const entry of entries) {
      const own = entry.milli ?? reckoned(entry.amount, call);
      if (own instanceof Failure) return own;
      milli = Math.max(milli, own);
      milliPerKiB = Math.max(milliPerKiB, entry.milliPerKiB);
    }
    return { milli, milliPerKiB };
  }
}

function reckoned(amount: Amount | undefined, call: Costing): number | Failure {
  const credits = amount?.ask(call.facts(), call.tool, call.args()) ?? 0;
  if (credits instanceof Failure) return credits;
  if (credits <= MOST) return milliOf(credits);
  return new Failure('no-result', 'What it costs comes to more than can be counted. Call again for less.');
}
