/** Effects and their one law: the strictest wins (design: Deny > RequireApproval > Log > Allow). */
import type { Effect } from '../api/pack-rules.ts';

export type { Effect };

const STRICTNESS: { readonly [effect in Effect]: number } = { Allow: 0, Log: 1, RequireApproval: 2, Deny: 3 };

/** True when `a` forbids more than `b`. */
export function isStricter(a: Effect, b: Effect): boolean {
  return STRICTNESS[a] > STRICTNESS[b];
}
