/**
 * Taint: what a source has answered must not come out at a sink. By label it is enough that a source was called; by content, values of
 * what it answered have to stand in the arguments. A mark is written when the source is called, prints before its client has the answer:
 * nobody can be quicker.
 */
import type { Bundle } from '../bundle.ts';
import type { BundleTaint } from '../rules/taint.ts';
import { historyVerdict, NO_OBLIGATIONS, type Obligations } from '../verdict.ts';
import { partByContent } from './taint-by-content.ts';
import { partByLabel } from './taint-by-label.ts';
import type { Membership, TaintTerms } from './taint-terms.ts';
import { TaintMembers } from './taint-members.ts';
import type { HistoryEvent, HistoryRule, Judged, Part } from './rule.ts';

export function taintRules({ packs }: Pick<Bundle, 'packs'>): readonly HistoryRule[] {
  return packs.flatMap(({ mode, taint = [] }) =>
    taint.map((rule) => new TaintRule(rule, mode === 'Shadow' || rule.mode === 'Shadow')),
  );
}

class TaintRule implements HistoryRule, TaintTerms {
  readonly rule: BundleTaint;
  readonly shadow: boolean;
  readonly isInTheWay: boolean;
  readonly #members: TaintMembers;
  readonly #obligations: Obligations;

  constructor(rule: BundleTaint, shadow: boolean) {
    this.rule = rule;
    this.shadow = shadow;
    this.isInTheWay = rule.effect !== 'Log';
    this.#members = new TaintMembers(rule, shadow);
    this.#obligations = rule.approval === null ? NO_OBLIGATIONS : { ...NO_OBLIGATIONS, approval: rule.approval };
  }

  about(event: HistoryEvent): Part | undefined {
    if (!this.#members.isMeant(event)) return undefined;
    const found: Membership = { isSource: this.#members.isSource(event), isSink: this.#members.isSink(event) };
    if (!found.isSource && !found.isSink) return undefined;
    return this.rule.by === 'Label' ? partByLabel(this, event, found) : partByContent(this, event, found);
  }

  against(sentence: string, advice: string): Judged {
    const { id, effect, reason } = this.rule;
    const why = reason === null ? '' : ` (${reason})`;
    // Whoever approves is no one to be told to call again.
    const told = `${sentence}${why}.${effect === 'Deny' ? ` ${advice}` : ''}`;
    return { verdict: historyVerdict(id, effect, told, this.#obligations) };
  }
}
