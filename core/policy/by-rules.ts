/** What the rules that match a name say, to one principal. */
import type { JsonObject } from '../mcp/message.ts';
import type { PlacedFinding } from './findings.ts';
import { Inspection, UNBOUNDED, UNTIMED } from './inspection.ts';
import type { Principal } from './principal.ts';
import { brokenChecks } from './rules/arguments.ts';
import type { Broken } from './rules/broken.ts';
import type { RuleGroup, RuleIndex } from './rule-index.ts';
import { Strictest } from './strictest.ts';
import { brokenVerdict, NO_RULE, OVER_BUDGET, type Verdict } from './verdict.ts';

/** Without `args` none is checked. */
export function decideByRules(
  index: RuleIndex,
  groups: readonly RuleGroup[],
  principal: Principal,
  args: JsonObject | undefined,
  inspection: Inspection | undefined,
): Verdict {
  let rules = 0;
  for (const group of groups) rules += group.length;
  if (inspection?.enforced.spend(rules) === false) return OVER_BUDGET;
  const enforced = new Strictest();
  gather(enforced, false, index, groups, principal, args, inspection);
  if (inspection?.enforced.exhausted === true) return OVER_BUDGET;
  const verdict = enforced.verdict() ?? NO_RULE;
  if (!index.hasShadow) return verdict;
  const shadow = new Strictest();
  // Last, and on a budget of their own: what they cost must not refuse anything.
  gather(shadow, true, index, groups, principal, args, inspection);
  const would = shadow.stricterThan(verdict.effect);
  return would === undefined ? verdict : { ...verdict, would };
}

function gather(
  into: Strictest,
  shadow: boolean,
  index: RuleIndex,
  groups: readonly RuleGroup[],
  principal: Principal,
  args: JsonObject | undefined,
  inspection: Inspection | undefined,
): void {
  for (const group of groups) {
    for (const rule of group) {
      if (rule.shadow !== shadow || rule.principals?.has(principal) === false) continue;
      if (rule.checks === null) {
        into.add(rule.verdict);
      } else if (args === undefined) {
        into.add(rule.unchecked);
      } else {
        const used = inspection ?? new Inspection(UNTIMED);
        const meter = inspection === undefined ? UNBOUNDED : shadow ? used.shadow : used.enforced;
        const broken = brokenChecks(rule.checks, index.checks, args, used, meter);
        if (meter.exhausted && !shadow) return;
        into.add(
          broken === undefined
            ? rule.verdict
            : brokenVerdict(
                rule.id,
                broken.map((one) => placed(rule.id, one)),
              ),
        );
      }
    }
  }
}

function placed(rule: string, { finding, pointer }: Broken): PlacedFinding {
  return { ...finding, rule, pointer };
}
