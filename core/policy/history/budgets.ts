/** Budgets: what a call costs is taken from the credits of its caller, and one that costs more than is left is refused or held. */
import { periodAt, type Period } from '../../calendar.ts';
import { Failure } from '../../conditions/failure.ts';
import type { SumSeen } from '../../history/kinds/window.ts';
import type { Op } from '../../history/ops.ts';
import type { Bundle } from '../bundle.ts';
import { factsOf } from '../context.ts';
import { GlobSet } from '../glob-set.ts';
import { approval } from '../rules/approval.ts';
import type { BundleBudget } from '../rules/budgets.ts';
import { PrincipalSet } from '../rules/principals.ts';
import { failureSentence } from '../rules/when.ts';
import type { JsonView } from '../../mcp/json-view.ts';
import { historyVerdict, NO_OBLIGATIONS, type Obligations } from '../verdict.ts';
import { refusalOf } from './budget-words.ts';
import { type Cost, Costs } from './costs.ts';
import type {
  HistoryAnswer,
  HistoryEvent,
  HistoryRule,
  Judged,
  Limited,
  Part,
  Reached,
  Seen,
  Spent,
  Wanted,
} from './rule.ts';
import { whomOf } from './whom.ts';

const KIB = 1024;

export function budgetRules(bundle: Bundle): readonly HistoryRule[] {
  return bundle.packs.flatMap(({ mode, budgets = [] }) =>
    budgets.map((budget) => new BudgetRule(bundle, budget, mode === 'Shadow' || budget.mode === 'Shadow')),
  );
}

class BudgetRule implements HistoryRule {
  readonly #bundle: Bundle;
  readonly #terms: Terms;
  readonly #tools: GlobSet<true> | undefined;
  readonly #principals: PrincipalSet | undefined;
  readonly #costs: Costs;
  #period: Period | undefined = undefined;
  #latest = 0;

  constructor(bundle: Bundle, budget: BundleBudget, shadow: boolean) {
    this.#bundle = bundle;
    this.#terms = { budget, shadow, obligations: obligationsOf(budget) };
    this.#tools = budget.tools === null ? undefined : new GlobSet<true>('name');
    for (const pattern of budget.tools ?? []) this.#tools?.add(pattern, true);
    this.#principals = budget.principals === null ? undefined : new PrincipalSet(budget.principals);
    this.#costs = new Costs(budget.costs);
  }

  about(event: HistoryEvent): Part | undefined {
    const { target, principal } = event;
    if (target.kind !== 'tool' || this.#principals?.has(principal) === false) return undefined;
    if (this.#tools !== undefined && this.#tools.match(target.name).length === 0) return undefined;
    const cost = this.#costs.of({
      tool: target.name,
      facts: () => factsOf(this, principal, event.moment),
      args: () => valuesOf(event),
    });
    if (cost instanceof Failure) return new UnknownCost(this.#terms, cost);
    if (cost.milli === 0 && cost.milliPerKiB === 0) return undefined;
    return new BudgetPart(this.#terms, cost, this.#placesAt(event));
  }

  /** Of the facts of conditions. */
  get bundle(): Bundle {
    return this.#bundle;
  }

  /** Where it is counted, and until when. */
  #placesAt(event: HistoryEvent): readonly CountIn[] {
    const { id, per, window, apart } = this.#terms.budget;
    const name = apart === true ? `${id}~` : id;
    const whom = whomOf(event, per);
    if ('ms' in window) {
      const of = `${name} ${window.ms}`;
      return whom.map((one) => ({ kind: 'window', of, whom: one, windowMs: window.ms }));
    }
    // A clock that goes back finds no period in which nothing is spent yet.
    this.#latest = Math.max(this.#latest, event.now);
    if (this.#period === undefined || this.#latest >= this.#period.endsAt)
      this.#period = periodAt(window.every, window.timeZone, this.#latest);
    const { startsAt, endsAt } = this.#period;
    const of = `${name} ${window.every} ${window.timeZone} ${startsAt}`;
    return whom.map((one) => ({ kind: 'period', of, whom: one, endsAt, windowMs: endsAt - startsAt }));
  }
}

interface Terms {
  readonly budget: BundleBudget;
  readonly shadow: boolean;
  readonly obligations: Obligations;
}

type CountIn =
  | { readonly kind: 'window'; readonly of: string; readonly whom: string; readonly windowMs: number }
  | {
      readonly kind: 'period';
      readonly of: string;
      readonly whom: string;
      readonly endsAt: number;
      readonly windowMs: number;
    };

function obligationsOf({ effect }: BundleBudget): Obligations {
  return { ...NO_OBLIGATIONS, approval: approval.compile({ effect }) ?? undefined };
}

/** Made only where an expression asks for them, and once for all that do: they may be a megabyte, and the budgets hundreds. */
function valuesOf({ args }: HistoryEvent): object {
  if (args === undefined) return {};
  let values = VALUES.get(args);
  if (values === undefined)
    VALUES.set(args, (values = Object.fromEntries(args.keys.map((key) => [key, args.value(key)]))));
  return values;
}

const VALUES = new WeakMap<JsonView, object>();

class BudgetPart implements Part {
  readonly rule: string;
  readonly shadow: boolean;
  readonly ops: readonly Wanted[];
  readonly #terms: Terms;
  readonly #cost: Cost;
  readonly #places: readonly CountIn[];

  constructor(terms: Terms, cost: Cost, places: readonly CountIn[]) {
    this.rule = terms.budget.id;
    this.shadow = terms.shadow;
    this.#terms = terms;
    this.#cost = cost;
    this.#places = places;
    this.ops = this.#adding(cost.milli, true);
  }

  judge(seen: readonly Seen[], now: number): Judged | undefined {
    const { budget, obligations } = this.#terms;
    const against = longestWait(seen);
    if (against === undefined) return undefined;
    const sentence = refusalOf(budget, this.#cost.milli, against, now);
    const verdict = historyVerdict(budget.id, budget.effect, sentence, obligations);
    return { verdict, limited: this.#limited(against, 0) };
  }

  left(seen: readonly Seen[]): readonly Limited[] {
    return seen.flatMap((one) => (one.kind === 'sum' ? [this.#limited(one, this.#cost.milli)] : []));
  }

  onWritten(seen: readonly Seen[]): Spent {
    return this.#spent(seen, this.#cost.milli);
  }

  onAnswer({ bytes }: HistoryAnswer): readonly Wanted[] {
    const added = this.#ofResult(bytes);
    return added === 0 ? [] : this.#adding(added, false);
  }

  onAnswerWritten(seen: readonly Seen[], { bytes }: HistoryAnswer): Spent | undefined {
    const added = this.#ofResult(bytes);
    return added === 0 ? undefined : this.#spent(seen, added);
  }

  #ofResult(bytes: number): number {
    return Math.ceil((bytes * this.#cost.milliPerKiB) / KIB);
  }

  #spent(seen: readonly Seen[], milli: number): Spent {
    const { id, price } = this.#terms.budget;
    const sums = seen.flatMap((one) => (one.kind === 'sum' ? [one.sum] : []));
    const reached = sums.length === 0 ? undefined : reachedBy(this.#terms.budget, Math.max(...sums), milli);
    return { budget: id, shadow: this.shadow, milli, price, reached };
  }

  #adding(add: number, isAsked: boolean): readonly Wanted[] {
    const limit = this.#terms.budget.milli;
    return this.#places.map((place) => ({ op: { ...place, limit, add } satisfies Op, isAsked }));
  }

  #limited({ sum, waitMs, resetMs }: SumSeen, taken: number): Limited {
    const { id, milli } = this.#terms.budget;
    const remaining = Math.max(0, milli - sum - taken) / 1000;
    const windowMs = this.#places[0]?.windowMs;
    return { policy: id, limit: milli / 1000, unit: 'credits', windowMs, remaining, retryMs: waitMs, resetMs };
  }
}

/** Of several that are reached at once, the highest says it all. */
function reachedBy({ milli: limit, warnAt }: BundleBudget, before: number, milli: number): Reached | undefined {
  const after = before + milli;
  const percent = warnAt.findLast((one) => before * 100 < one * limit && after * 100 >= one * limit);
  return percent === undefined ? undefined : { percent, spent: after / 1000, limit: limit / 1000 };
}

/** Of those that have no room for it; undefined: all have. No waiting helps against what costs more than there ever is. */
function longestWait(seen: readonly Seen[]): SumSeen | undefined {
  let longest: SumSeen | undefined;
  for (const one of seen) {
    if (one.kind !== 'sum' || one.holds) continue;
    if (longest === undefined || (one.waitMs ?? Infinity) > (longest.waitMs ?? Infinity)) longest = one;
  }
  return longest;
}

/** A call of which nobody can say what it costs: to let it pass would be to let it pass for nothing. */
class UnknownCost implements Part {
  readonly rule: string;
  readonly shadow: boolean;
  readonly ops: readonly Wanted[] = [];
  readonly #why: Failure;

  constructor({ budget, shadow }: Terms, why: Failure) {
    this.rule = budget.id;
    this.shadow = shadow;
    this.#why = why;
  }

  judge(): Judged {
    const sentence = `since it cannot be told what it costs: ${failureSentence(this.#why)}`;
    return { verdict: historyVerdict(this.rule, 'Deny', sentence) };
  }
}
