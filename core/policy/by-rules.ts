/** What the rules that match a name say, to one principal. */
import type { Failure } from '../conditions/failure.ts';
import { type Facts, NO_FACTS } from '../conditions/frame.ts';
import type { JsonObject } from '../mcp/message.ts';
import { type PlacedFinding, sortFindings } from './findings.ts';
import { Inspection, type Meter, UNBOUNDED, UNTIMED } from './inspection.ts';
import type { Principal } from './principal.ts';
import { brokenChecks } from './rules/arguments.ts';
import type { Broken } from './rules/broken.ts';
import { failureFinding } from './rules/when.ts';
import type { IndexedRule, RuleGroup, RuleIndex } from './rule-index.ts';
import { Strictest } from './strictest.ts';
import { brokenVerdict, failedVerdict, NO_RULE, noRuleBut, OVER_BUDGET, type Verdict } from './verdict.ts';

export interface Asked {
  readonly principal: Principal;
  readonly name: string;
  /** Without them none is checked, and no condition that needs them asked. */
  readonly args: JsonObject | undefined;
  /** Undefined where no rule of the kind has a condition. */
  readonly facts: Facts | undefined;
}

export function decideByRules(
  index: RuleIndex,
  groups: readonly RuleGroup[],
  asked: Asked,
  inspection: Inspection | undefined,
): Verdict {
  let rules = 0;
  for (const group of groups) rules += group.length;
  if (inspection?.enforced.spend(rules) === false) return OVER_BUDGET;
  const enforced = new Gathering(false, index, asked, inspection);
  enforced.gather(groups);
  if (inspection?.enforced.exhausted === true) return OVER_BUDGET;
  const verdict = enforced.verdict();
  if (!index.hasShadow) return verdict;
  const shadow = new Gathering(true, index, asked, inspection);
  // Last, and on a budget of their own: what they cost must not refuse anything.
  shadow.gather(groups);
  const would = shadow.strictest.stricterThan(verdict.effect);
  return would === undefined ? verdict : { ...verdict, would };
}

/** The rules of one mode. */
class Gathering {
  readonly strictest = new Strictest();
  readonly #shadow: boolean;
  readonly #index: RuleIndex;
  readonly #asked: Asked;
  readonly #inspection: Inspection | undefined;
  /** Of conditions of rules that would have allowed it. */
  #failed: PlacedFinding[] | undefined = undefined;

  constructor(shadow: boolean, index: RuleIndex, asked: Asked, inspection: Inspection | undefined) {
    this.#shadow = shadow;
    this.#index = index;
    this.#asked = asked;
    this.#inspection = inspection;
  }

  gather(groups: readonly RuleGroup[]): void {
    const { principal } = this.#asked;
    for (const group of groups) {
      for (const rule of group) {
        if (rule.shadow !== this.#shadow || rule.principals?.has(principal) === false) continue;
        if (rule.when === null) this.#add(rule);
        else this.#addConditional(rule);
        if (!this.#shadow && this.#inspection?.enforced.exhausted === true) return;
      }
    }
  }

  verdict(): Verdict {
    const verdict = this.strictest.verdict();
    if (this.#failed === undefined) return verdict ?? NO_RULE;
    if (verdict === undefined) return noRuleBut(this.#failed);
    return { ...verdict, findings: sortFindings([...verdict.findings, ...this.#failed]) };
  }

  #add(rule: IndexedRule): void {
    if (rule.checks === null) {
      this.strictest.add(rule.verdict);
      return;
    }
    const { args } = this.#asked;
    if (args === undefined) {
      this.strictest.add(rule.unchecked);
      return;
    }
    this.strictest.add(this.#brokenBy(rule, args) ?? rule.verdict);
  }

  #addConditional(rule: IndexedRule): void {
    const { name, args, facts = NO_FACTS } = this.#asked;
    const { when, verdict } = rule;
    if (when === null) return;
    if (when.needsArguments && args === undefined) {
      // Where things are listed: with some arguments it may be forbidden, and with others not.
      if (verdict.effect !== 'Deny') this.strictest.add(rule.unchecked);
      return;
    }
    const meter = this.#meter();
    const holds = when.ask(facts, name, args, meter);
    // Nothing is known then, and what is enforced is refused for it.
    if (meter.exhausted) return;
    if (holds === true) this.#add(rule);
    else if (holds !== false) this.#addFailed(rule, holds);
  }

  /** What cannot be told counts against the caller: the rule forbids what it might, and allows nothing. */
  #addFailed(rule: IndexedRule, failure: Failure): void {
    const finding = failureFinding(rule.id, failure);
    const { effect } = rule.verdict;
    if (effect === 'Deny' || effect === 'RequireApproval') this.strictest.add(failedVerdict(rule.verdict, finding));
    else (this.#failed ??= []).push(finding);
    const { args } = this.#asked;
    const broken = rule.checks === null || args === undefined ? undefined : this.#brokenBy(rule, args);
    if (broken !== undefined) this.strictest.add(broken);
  }

  #brokenBy({ id, checks }: IndexedRule, args: JsonObject): Verdict | undefined {
    const inspection = this.#inspection ?? new Inspection(UNTIMED);
    const broken = brokenChecks(checks ?? [], this.#index.checks, args, inspection, this.#meter());
    return (
      broken &&
      brokenVerdict(
        id,
        broken.map((one) => placed(id, one)),
      )
    );
  }

  #meter(): Meter {
    if (this.#inspection === undefined) return UNBOUNDED;
    return this.#shadow ? this.#inspection.shadow : this.#inspection.enforced;
  }
}

function placed(rule: string, { finding, pointer }: Broken): PlacedFinding {
  return { ...finding, rule, pointer };
}
