/** What callers may spend, as a bundle has it: credits in thousandths, so that sums are exact. */
import * as z from 'zod';
import { BUDGET_EFFECTS } from '../../api/effects.ts';
import { PER } from '../../api/per.ts';
import { MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { isTimeZone, PERIODS } from '../../calendar.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { type Expression, isExpression } from '../../conditions/expression.ts';
import { parseDuration } from '../../duration.ts';
import { milliseconds, reason, strings } from './field.ts';
import { principals } from './principals.ts';
import type { ReadCondition } from './when.ts';

const milli = z.number().int().nonnegative();

const costSchema = z.strictObject({
  tools: strings,
  /** Of a call; absent: what `cost` comes to, in whole credits. */
  milli: milli.exactOptional(),
  cost: z
    .strictObject({ text: z.string(), tree: z.custom<Expression>((value) => isExpression(value)) })
    .exactOptional(),
  /** Of each KiB of the result; absent: nothing. */
  milliPerKiB: milli.exactOptional(),
});

export const budgetRuleSchema = z.strictObject({
  /** `namespace/pack#budget`. */
  id: z.string(),
  mode: z.enum(MODES),
  per: z.array(z.enum(PER)).readonly(),
  /** Patterns of names; null: all tools. */
  tools: strings.nullable(),
  principals: principals.schema,
  milli,
  window: z.union([
    z.strictObject({ ms: milliseconds }),
    z.strictObject({ every: z.enum(PERIODS), timeZone: z.string().refine(isTimeZone) }),
  ]),
  costs: z.array(costSchema).readonly(),
  /** Sorted. */
  warnAt: z.array(z.number().int()).readonly(),
  effect: z.enum(BUDGET_EFFECTS),
  price: z.strictObject({ amount: z.string(), currency: z.string() }).exactOptional(),
  reason: reason.schema,
  /** Whose count of what was spent this is not, since another budget of that name has it (see `budgetsOfBoth`). */
  apart: z.literal(true).exactOptional(),
});
export type BundleBudget = Readonly<z.infer<typeof budgetRuleSchema>>;

type Said = NonNullable<NonNullable<PolicyPack['spec']['limits']>['budget']>[number];

export function compileBudgets(
  pack: string,
  { limits }: PolicyPack['spec'],
  read: ReadCondition,
): { budgets?: BundleBudget[] } {
  if (limits?.budget === undefined) return {};
  return { budgets: limits.budget.map((said, position) => compileBudget(pack, said, position, read)) };
}

function compileBudget(pack: string, said: Said, position: number, read: ReadCondition): BundleBudget {
  return {
    id: `${pack}#${said.name ?? `limits.budget[${position}]`}`,
    mode: said.mode ?? 'Enforce',
    per: PER.filter((one) => said.per.includes(one)),
    tools: said.tools === undefined ? null : sorted(said.tools),
    principals: principals.compile(said),
    milli: said.credits * 1000,
    window:
      said.every === undefined
        ? { ms: parseDuration(said.window ?? '') }
        : { every: said.every, timeZone: said.timeZone ?? 'UTC' },
    costs: (said.costs ?? []).map((cost) => compileCost(cost, read)),
    warnAt: [...new Set(said.warnAt ?? [])].toSorted((a, b) => a - b),
    effect: said.effect,
    ...(said.price === undefined ? {} : { price: said.price }),
    reason: reason.compile(said),
  };
}

function compileCost(
  { tools, credits, cost, perKiB }: NonNullable<Said['costs']>[number],
  read: ReadCondition,
): z.infer<typeof costSchema> {
  return {
    tools: sorted(tools),
    ...(cost === undefined
      ? { milli: milliOf(credits ?? 1) }
      : { cost: { text: cost, tree: read(cost, 'tool', 'Number') } }),
    ...(perKiB === undefined ? {} : { milliPerKiB: milliOf(perKiB) }),
  };
}

/** Upwards, but for what is only how a computer writes a decimal number. */
export function milliOf(credits: number): number {
  return Math.ceil(Number((credits * 1000).toPrecision(12)));
}

function sorted(patterns: readonly string[]): string[] {
  return [...new Set(patterns)].toSorted();
}

/** Of two versions of a pack: each budget restricts, so all of both hold. What a later one of the same name has spent is its own. */
export function budgetsOfBoth(
  newer: readonly BundleBudget[] | undefined,
  older: readonly BundleBudget[] | undefined,
): { budgets?: readonly BundleBudget[] } {
  if (older === undefined || newer === undefined) {
    const budgets = newer ?? older;
    return budgets === undefined ? {} : { budgets };
  }
  const known = new Set(older.map((budget) => canonicalJson(budget)));
  const ids = new Set(older.map(({ id }) => id));
  const added = newer.filter((budget) => !known.has(canonicalJson(budget)));
  return { budgets: [...older, ...added.map((budget) => (ids.has(budget.id) ? besides(budget) : budget))] };
}

function besides(budget: BundleBudget): BundleBudget {
  return { ...budget, apart: true };
}
