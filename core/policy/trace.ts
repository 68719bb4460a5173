/** Why a call is decided as it is: every rule whose names match, and what each of its checks says. For people, and not for a call's path. */
import type { Facts } from '../conditions/frame.ts';
import { type Seen, seenBy } from '../conditions/seen.ts';
import type { Target } from '../mcp/catalogue.ts';
import { factsOf, type Moment } from './context.ts';
import type { JsonObject } from '../mcp/message.ts';
import type { Effect } from './effect.ts';
import { Inspection, UNBOUNDED, UNTIMED } from './inspection.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import { failureSentence } from './rules/when.ts';
import { brokenChecks, type PreparedCheck } from './rules/arguments.ts';
import { valuesBelow } from './rules/arguments/argument-path.ts';
import type { IndexedRule, RuleIndex } from './rule-index.ts';

export interface CheckTrace {
  readonly parameter: string;
  readonly type: string;
  /** Whether the call has it. */
  readonly isThere: boolean;
  /** What is wrong; undefined where it holds. */
  readonly problem: string | undefined;
}

export interface WhenTrace {
  /** As it was written. */
  readonly condition: string;
  /** What it read of the call. */
  readonly saw: readonly Seen[];
  /** `false`: the rule does not apply. Undefined: nobody can say. */
  readonly holds: boolean | undefined;
  /** Why nobody can say. */
  readonly problem: string | undefined;
}

export interface RuleTrace {
  readonly id: string;
  readonly effect: Effect;
  readonly shadow: boolean;
  /** Whether it is about this principal. */
  readonly applies: boolean;
  /** Undefined where it has no condition. */
  readonly when: WhenTrace | undefined;
  readonly checks: readonly CheckTrace[];
}

/** In the order of their ids, each once. */
export function traceRules(
  policy: Policy,
  principal: Principal,
  { kind, name, args }: Target,
  moment?: Moment,
): readonly RuleTrace[] {
  const index = policy.index(kind);
  const facts = factsOf(policy, principal, moment);
  const traces = new Map<string, RuleTrace>();
  for (const view of viewsOf(index, name)) {
    for (const rule of index.find(view, undefined).flat()) {
      const applies = rule.principals?.has(principal) !== false;
      const { id, shadow } = rule;
      const when = whenOf(rule, facts, view, args);
      // What only records beside a rule that is enforced has its id.
      const key = `${id} ${shadow}`;
      traces.set(key, { id, effect: rule.verdict.effect, shadow, applies, when, checks: checksOf(rule, index, args) });
    }
  }
  return [...traces.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, trace]) => trace);
}

function viewsOf({ names }: RuleIndex, name: string): readonly string[] {
  const reading = names.read(name);
  if (reading === undefined) return [name];
  return 'problem' in reading ? [] : [...reading.views, ...reading.reduced];
}

function whenOf({ when, said }: IndexedRule, facts: Facts, name: string, args: Target['args']): WhenTrace | undefined {
  if (when === null || said === null) return undefined;
  const answer = when.ask(facts, name, args, UNBOUNDED);
  const holds = typeof answer === 'boolean' ? answer : undefined;
  const problem = typeof answer === 'boolean' ? undefined : failureSentence(answer);
  return { condition: said.text, saw: seenBy(said.tree, facts, name, args), holds, problem };
}

function checksOf({ checks }: IndexedRule, index: RuleIndex, args: Target['args']): CheckTrace[] {
  return (checks ?? []).map((check) => {
    const inspection = new Inspection(UNTIMED);
    const broken = args === undefined ? undefined : brokenChecks([check], index.checks, args, inspection, UNBOUNDED);
    const isThere = args !== undefined && isIn(args, check, index);
    return { parameter: check.parameter, type: check.type, isThere, problem: broken?.[0]?.finding.message };
  });
}

function isIn(args: JsonObject, { folded, steps }: PreparedCheck, { checks }: RuleIndex): boolean {
  try {
    const named = checks.valuesByName(args, UNBOUNDED).get(folded) ?? [];
    return named.some(
      (placed) => steps.length === 0 || valuesBelow(placed, steps, UNBOUNDED).some(({ value }) => value !== undefined),
    );
  } catch {
    // What cannot be looked into is something.
    return true;
  }
}
