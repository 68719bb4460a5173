/**
 * mayUse(policy, principal, what) → whether it is worth showing: what lists ask, which know no arguments. It takes nothing from anybody;
 * each call is decided on again.
 */
import type { Target } from '../mcp/catalogue.ts';
import { decideTarget } from './decide.ts';
import type { Moment } from './context.ts';
import type { Inspection } from './inspection.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import { scopesToAsk } from './step-up.ts';
import { isNoRule } from './verdict.ts';

/** `depends`: on its arguments, on a person who is asked, or on scopes that its reader can ask for. */
export type Use = 'yes' | 'depends' | 'no';

export function mayUse(
  policy: Policy,
  principal: Principal,
  { kind, name }: Pick<Target, 'kind' | 'name'>,
  inspection?: Inspection,
  moment?: Moment,
): Use {
  const target = { kind, name, args: undefined };
  const verdict = decideTarget(policy, principal, target, inspection, moment);
  const { effect, obligations } = verdict;
  // What a client does not see it never calls, and so never asks its user for the scopes that it takes.
  if (effect === 'Deny')
    return isNoRule(verdict) && canAsk(policy, principal, target, inspection, moment) ? 'depends' : 'no';
  return effect === 'RequireApproval' || obligations.unchecked ? 'depends' : 'yes';
}

function canAsk(
  policy: Policy,
  principal: Principal,
  target: Target,
  inspection: Inspection | undefined,
  moment: Moment | undefined,
): boolean {
  if (principal.scopes === undefined) return false;
  return scopesToAsk(policy, { principal, targets: [target], inspection, moment }) !== undefined;
}
