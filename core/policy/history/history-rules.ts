/** All rules of a bundle that know what came before, and the labels that they speak of. */
import type { Target } from '../../mcp/catalogue.ts';
import type { Bundle } from '../bundle.ts';
import { budgetRules } from './budgets.ts';
import { Labels } from './labels.ts';
import { limitRules } from './limits/limits.ts';
import { riskRules } from './risk.ts';
import { taintRules } from './taint-rules.ts';
import type { HistoryEvent, HistoryRule, Part, ScoreAt, Wanted, Whose } from './rule.ts';
import { sequenceRules } from './sequences/sequences.ts';

/** In the order in which a call is told of them. */
const KINDS: readonly ((bundle: Bundle) => readonly HistoryRule[])[] = [
  limitRules,
  budgetRules,
  sequenceRules,
  taintRules,
  riskRules,
];

export class HistoryRules {
  readonly #labels: Labels;
  readonly #shadowLabels: Labels;
  readonly #rules: readonly HistoryRule[];

  private constructor(bundle: Bundle, rules: readonly HistoryRule[]) {
    this.#labels = Labels.of(bundle);
    this.#shadowLabels = Labels.of(bundle, true);
    this.#rules = rules;
  }

  /** Undefined: nothing depends on the past, and nothing of it has to be kept. */
  static of(bundle: Bundle, kinds = KINDS): HistoryRules | undefined {
    const rules = kinds.flatMap((kind) => kind(bundle));
    return rules.length === 0 ? undefined : new HistoryRules(bundle, rules);
  }

  labelsOf(target: Target): Pick<HistoryEvent, 'labels' | 'labelsInShadow'> {
    return { labels: this.#labels.of(target), labelsInShadow: this.#shadowLabels.of(target) };
  }

  about(event: HistoryEvent): readonly Part[] {
    const parts: Part[] = [];
    for (const rule of this.#rules) {
      const part = rule.about(event);
      if (part !== undefined) parts.push(part);
    }
    return parts;
  }

  /** Where a caller stands, by each rule that keeps a score. */
  standings(whose: Whose): readonly ScoreAt[] {
    return this.#rules.flatMap((rule) => rule.standing?.(whose) ?? []);
  }

  /** Of a call that was refused before any rule was asked about it. */
  onRefused(whose: Whose): readonly Wanted[] {
    return this.#rules.flatMap((rule) => rule.onRefused?.(whose) ?? []);
  }
}
