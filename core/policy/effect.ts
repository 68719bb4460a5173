/** Effects and their one law: the strictest wins (design: Deny > RequireApproval > Redact > Log > Allow). */
import { EFFECTS, type Effect } from '../api/effects.ts';

export type { Effect };

const STRICTNESS = Object.fromEntries(EFFECTS.map((effect, i) => [effect, i])) as Readonly<Record<Effect, number>>;

/** True when `a` forbids more than `b`. */
export function isStricter(a: Effect, b: Effect): boolean {
  return STRICTNESS[a] > STRICTNESS[b];
}
