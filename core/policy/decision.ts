/** What was decided about a call, and by whom. */
import type { Target } from '../mcp/catalogue.ts';
import type { ApprovalTerms } from './bundle.ts';
import type { Effect } from './effect.ts';

/**
 * Why the effect won: a rule said so, no rule allows it, an argument (or the host of a URL) breaks a rule's check, or the target's
 * name or URL cannot be read in one safe way only, or to find out would have taken more time than one request gets.
 */
export type DecisionCause = 'rule' | 'no-rule' | 'argument' | 'unreadable-target' | 'inspection-budget';

export interface Decision {
  readonly effect: Effect;
  readonly cause: DecisionCause;
  /** The target it is about, where a call names several. */
  readonly target?: Target;
  /** Ids of the rules that carry the effect, sorted. */
  readonly rules: readonly string[];
  /** The rule's own reason, or what is wrong with the argument, target or URL; undefined when nothing was said. */
  readonly detail: string | undefined;
  /** Set when the effect is RequireApproval. */
  readonly approval: ApprovalTerms | undefined;
  /** What the packs in Shadow mode would have made of it, when that is stricter. */
  readonly would: { readonly effect: Effect; readonly rules: readonly string[] } | undefined;
}
