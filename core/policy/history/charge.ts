/** What a call has cost, of all the budgets that it was taken from. */
import type { Spent } from './rule.ts';

export interface Charge {
  /** The rule's id. */
  readonly budget: string;
  readonly credits: number;
  /** What these cost, where the budget has a price: a decimal number, exact. */
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  /** Budgets of which so many percent are spent since. */
  readonly reached: readonly { readonly budget: string; readonly percent: number }[];
}

/**
 * A call that counts in a budget a day and one a month is not paid twice: it is told what it has cost by one of them, which is one that
 * has a price where any has, and the one that it cost most in. Undefined: nothing was spent.
 */
export function chargeOf(spent: readonly Spent[]): Charge | undefined {
  let charged: Total | undefined;
  for (const one of totals(spent)) if (charged === undefined || isBefore(one, charged)) charged = one;
  if (charged === undefined) return undefined;
  const { budget, milli, price } = charged;
  const reached = spent.flatMap((one) =>
    one.reached === undefined ? [] : [{ budget: one.budget, percent: one.reached.percent }],
  );
  const amount = price && amountOf(milli, price.amount);
  return { budget, credits: milli / 1000, amount, currency: price?.currency, reached };
}

type Total = Pick<Spent, 'budget' | 'milli' | 'price'>;

function totals(spent: readonly Spent[]): readonly Total[] {
  const byBudget = new Map<string, Total>();
  for (const { budget, milli, price } of spent)
    byBudget.set(budget, { budget, milli: (byBudget.get(budget)?.milli ?? 0) + milli, price });
  return [...byBudget.values()];
}

function isBefore(one: Total, other: Total): boolean {
  const isPriced = (of: Total): boolean => of.price !== undefined;
  if (isPriced(one) !== isPriced(other)) return isPriced(one);
  return one.milli === other.milli ? one.budget < other.budget : one.milli > other.milli;
}

const DECIMALS = 6;
/** Of an amount in millionths for thousandths of a credit. */
const SCALE = DECIMALS + 3;

/** `each`: digits, and up to six behind a point. */
function amountOf(milli: number, each: string): string {
  const [whole = '', fraction = ''] = each.split('.');
  const digits = String(BigInt(whole + fraction.padEnd(DECIMALS, '0')) * BigInt(milli)).padStart(SCALE + 1, '0');
  const behind = digits.slice(-SCALE).replace(/0{1,9}$/, '');
  const before = digits.slice(0, -SCALE);
  return behind === '' ? before : `${before}.${behind}`;
}
