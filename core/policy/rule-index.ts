/** Finds the rules for a name at a cost that does not depend on how many rules there are. */
import { Condition } from '../conditions/condition.ts';
import { FoundNames } from './found-names.ts';
import { type GlobMeter, GlobSet } from './glob-set.ts';
import type { NameReader } from './names.ts';
import { CheckTable, type PreparedCheck } from './rules/arguments.ts';
import type { PackDetectors } from './rules/detectors.ts';
import type { BundleRule } from './rules/pack.ts';
import { PrincipalSet } from './rules/principals.ts';
import type { BundleWhen } from './rules/when.ts';
import { NO_OBLIGATIONS, NOTHING_TO_DECIDE, ruleVerdict, type Verdict } from './verdict.ts';

/** A rule ready to be asked. */
export interface IndexedRule {
  readonly id: string;
  readonly shadow: boolean;
  /** Null: applies to everyone. */
  readonly principals: PrincipalSet | null;
  /** Null: no argument is checked. */
  readonly checks: readonly PreparedCheck[] | null;
  /** Null: it applies to every call. */
  readonly when: Condition | null;
  /** The same as it was written. */
  readonly said: BundleWhen | null;
  /** What it says where its checks hold, and where there are no arguments to check. */
  readonly verdict: Verdict;
  readonly unchecked: Verdict;
}

/** Rules whose patterns are the same text: always the same object, so that sets of rules can be told apart by it. */
export type RuleGroup = readonly IndexedRule[];

const NONE: readonly RuleGroup[] = [];

export class RuleIndex {
  readonly #exact = new Map<string, readonly [IndexedRule[]]>();
  readonly #globs: GlobSet<IndexedRule>;
  readonly #found = new FoundNames<RuleGroup>();
  readonly checks = new CheckTable();
  /** Those of packs that look at the arguments of every name. */
  readonly detectors: PackDetectors[] = [];
  #hasGlobs = false;
  #hasChecks = false;
  #hasShadow = false;
  /** By what they say: rules alike share one. */
  readonly #conditions = new Map<string, Condition>();
  #readsNames = false;

  readonly names: NameReader;

  constructor(names: NameReader) {
    this.names = names;
    this.#globs = new GlobSet(names.syntax);
  }

  add(rule: BundleRule, shadow: boolean): void {
    this.#found.clear();
    const patterns = new Set(rule.patterns.flatMap((one) => this.names.spellings(one)));
    const when = this.#conditionOf(rule);
    this.#addReady(ready(rule, shadow, when, this.checks.prepare(rule.arguments)), patterns);
    const recorded = this.checks.prepare(rule.shadowArguments ?? null);
    if (recorded !== null) this.#addReady(onlyChecking(rule, when, recorded), patterns);
  }

  #conditionOf({ when }: BundleRule): Condition | null {
    if (when === undefined) return null;
    const key = JSON.stringify(when.tree);
    const known = this.#conditions.get(key);
    if (known !== undefined) return known;
    const condition = new Condition(when.tree);
    this.#conditions.set(key, condition);
    if (condition.readsName) this.#readsNames = true;
    return condition;
  }

  #addReady(indexed: IndexedRule, patterns: ReadonlySet<string>): void {
    if (indexed.checks !== null) this.#hasChecks = true;
    if (indexed.shadow) this.#hasShadow = true;
    for (const pattern of patterns) this.#addPattern(pattern, indexed);
  }

  /** Whether the time of a decision depends on what is asked about, and not on the number of its characters alone. */
  get isCostly(): boolean {
    return this.#hasGlobs || this.hasChecks;
  }

  get hasChecks(): boolean {
    return this.#hasChecks || this.detectors.length > 0 || this.hasConditions;
  }

  get hasConditions(): boolean {
    return this.#conditions.size > 0 || this.detectors.some(({ when }) => when !== null);
  }

  /** Whether rules that match two names may say different things of them. */
  get readsNames(): boolean {
    return this.#readsNames;
  }

  get hasShadow(): boolean {
    return this.#hasShadow;
  }

  /** The rules with a pattern that matches, in groups; one rule may come twice when two of its patterns do. */
  find(name: string, meter: GlobMeter | undefined): readonly RuleGroup[] {
    const exact = this.#exact.get(name) ?? NONE;
    if (!this.#hasGlobs) return exact;
    const known = this.#found.get(name);
    if (known !== undefined) {
      meter?.spend(known.work);
      return known.groups;
    }
    const spent = new Spent(meter);
    const globs = this.#globs.groups(name, spent);
    const groups = globs.length === 0 ? exact : exact.length === 0 ? globs : [...exact, ...globs];
    if (spent.left >= 0) this.#found.keep(name, groups, spent.work);
    return groups;
  }

  #addPattern(pattern: string, indexed: IndexedRule): void {
    if (pattern.includes('*')) {
      this.#hasGlobs = true;
      this.#globs.add(pattern, indexed);
      return;
    }
    const rules = this.#exact.get(pattern);
    if (rules === undefined) this.#exact.set(pattern, [[indexed]]);
    else rules[0].push(indexed);
  }
}

/** Tells what a match has cost, whoever pays for it. */
class Spent implements GlobMeter {
  work = 0;
  readonly #meter: GlobMeter | undefined;

  constructor(meter: GlobMeter | undefined) {
    this.#meter = meter;
  }

  get left(): number {
    return this.#meter?.left ?? Infinity;
  }

  spend(work: number): boolean {
    this.work += work;
    return this.#meter?.spend(work) ?? true;
  }
}

const SAYS_NOTHING = { verdict: NOTHING_TO_DECIDE, unchecked: NOTHING_TO_DECIDE } as const;

/** What a rule records besides: where these checks hold, it is the rule itself that says something. */
function onlyChecking(
  { id, principals, when: said }: BundleRule,
  when: Condition | null,
  checks: readonly PreparedCheck[],
): IndexedRule {
  const set = principals === null ? null : new PrincipalSet(principals);
  return { id, shadow: true, principals: set, when, said: said ?? null, checks, ...SAYS_NOTHING };
}

function ready(
  rule: BundleRule,
  shadow: boolean,
  when: Condition | null,
  checks: readonly PreparedCheck[] | null,
): IndexedRule {
  const { id, effect, reason } = rule;
  const obligations = { ...NO_OBLIGATIONS, approval: rule.approval ?? undefined };
  const kind = when === null ? 'rule' : 'condition';
  const verdict = ruleVerdict(id, effect, reason, obligations, kind);
  const unchecked = ruleVerdict(id, effect, reason, { ...obligations, unchecked: true }, kind);
  const principals = rule.principals === null ? null : new PrincipalSet(rule.principals);
  const isWhole = checks === null && when?.needsArguments !== true;
  return {
    id,
    shadow,
    principals,
    when,
    said: rule.when ?? null,
    checks,
    verdict,
    unchecked: isWhole ? verdict : unchecked,
  };
}
