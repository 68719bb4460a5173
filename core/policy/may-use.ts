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

/** `depends`: on its arguments, or on a person who is asked. */
export type Use = 'yes' | 'depends' | 'no';

export function mayUse(
  policy: Policy,
  principal: Principal,
  { kind, name }: Pick<Target, 'kind' | 'name'>,
  inspection?: Inspection,
  moment?: Moment,
): Use {
  const { effect, obligations } = decideTarget(policy, principal, { kind, name, args: undefined }, inspection, moment);
  if (effect === 'Deny') return 'no';
  return effect === 'RequireApproval' || obligations.unchecked ? 'depends' : 'yes';
}
