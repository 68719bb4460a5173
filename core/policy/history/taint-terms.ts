/** What of a rule on taint its two ways to look at a call go by. */
import type { BundleTaint } from '../rules/taint.ts';
import type { Judged } from './rule.ts';

/** What is made of one call by one rule. */
export interface TaintTerms {
  readonly rule: BundleTaint;
  readonly shadow: boolean;
  /** Where it is against a call, whether that stands in its way: a rule that only logs never does. */
  readonly isInTheWay: boolean;
  /** Says so. `sentence`: without its full stop; `advice`: what to do instead. */
  against(sentence: string, advice: string): Judged;
}

export interface Membership {
  readonly isSource: boolean;
  readonly isSink: boolean;
}
