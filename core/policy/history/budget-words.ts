/** What is said of a budget that has no room for a call. */
import type { SumSeen } from '../../history/kinds/window.ts';
import type { BundleBudget } from '../rules/budgets.ts';
import { againWords, windowWords } from './wait-words.ts';

/** Goes on a sentence that names the tool, and ends with a full stop. `milli`: what the call costs. `now`: milliseconds since the epoch. */
export function refusalOf(budget: BundleBudget, milli: number, { sum, waitMs }: SumSeen, now: number): string {
  const { reason } = budget;
  const whole = `${credits(budget.milli)} of ${periodWords(budget)}`;
  const left = Math.max(0, budget.milli - sum);
  const said = reason === null ? '' : ` (${reason})`;
  if (waitMs === undefined)
    return `which costs ${credits(milli)}, more than the ${whole} that may be spent at all${said}. Ask for less in one call.`;
  const rest = left === 0 ? `and the ${whole} are used up` : `and ${number(left)} of the ${whole} are left`;
  return `which costs ${credits(milli)}, ${rest}${said}. There is room for it again ${againWords(waitMs, now)}.`;
}

function periodWords({ window, per }: BundleBudget): string {
  const who = `for each ${per.join(' and ')}`;
  if ('ms' in window) return `${windowWords(window.ms)} ${who}`;
  return `a ${window.every.toLowerCase()} of the calendar (${window.timeZone}) ${who}`;
}

function credits(milli: number): string {
  return milli === 1000 ? '1 credit' : `${number(milli)} credits`;
}

function number(milli: number): string {
  return String(milli / 1000);
}
