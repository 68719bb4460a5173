/** allowanceOf(rules, ceilings, tool) → how far a grant that stands in for these rules may go: pure. The strictest of all holds. */
import { GlobSet } from '../../core/policy/glob-set.ts';
import type { GrantCeilings, GrantTerms } from '../../core/policy/rules/grants.ts';

export interface GrantedRule {
  readonly id: string;
  readonly grants: GrantTerms | undefined;
}

/** `refused`: why there can be none, in a sentence without an end. */
export type Allowance = GrantTerms | { readonly refused: string };

export function allowanceOf(
  rules: readonly GrantedRule[],
  ceilings: readonly GrantCeilings[],
  tool: string,
): Allowance {
  const without = rules.find(({ grants }) => grants === undefined);
  if (without !== undefined) return { refused: `rule ${without.id} allows no grants: it has no approval.grants` };
  if (ceilings.some(({ never = [] }) => isAmong(never, tool)))
    return { refused: `a pack says that calls of ${tool} are never granted (spec.grants.never)` };
  const said = [...rules.map(({ grants }) => grants), ...ceilings];
  const [maxMs, maxUses] = [lowest(said.map((one) => one?.maxMs)), lowest(said.map((one) => one?.maxUses))];
  if (maxMs === undefined || maxUses === undefined) return { refused: 'it stands in for no rule' };
  return { maxMs, maxUses };
}

function isAmong(patterns: readonly string[], tool: string): boolean {
  const names = new GlobSet<true>('name');
  for (const pattern of patterns) names.add(pattern, true);
  return names.match(tool).length > 0;
}

function lowest(values: readonly (number | undefined)[]): number | undefined {
  const said = values.filter((value) => value !== undefined);
  return said.length === 0 ? undefined : Math.min(...said);
}
