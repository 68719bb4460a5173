/** What packs say of how large arguments are. They are gone through once for all packs; only where something is too large, for each. */
import { inspectSizes, type Oversize, type SizeLimits } from '../inspect/sizes.ts';
import { MAX_FINDINGS, type PlacedFinding } from './findings.ts';
import { smallestOf } from './rules/argument-limits.ts';
import type { BundlePack } from './rules/pack.ts';
import { Strictest } from './strictest.ts';
import { brokenVerdict, NOTHING_TO_DECIDE, type Verdict } from './verdict.ts';

interface LimitRule {
  readonly id: string;
  readonly shadow: boolean;
  readonly limits: SizeLimits;
}

export class ArgumentLimits {
  readonly #rules: readonly LimitRule[];
  readonly #smallest: SizeLimits;

  private constructor(rules: readonly LimitRule[]) {
    this.#rules = rules;
    this.#smallest = smallestOf(rules.map(({ limits }) => limits));
  }

  /** Undefined where no pack has limits, so that nobody looks. */
  static of(packs: readonly BundlePack[]): ArgumentLimits | undefined {
    const rules = packs.flatMap(rulesOf);
    return rules.length === 0 ? undefined : new ArgumentLimits(rules);
  }

  /** Undefined where nothing is too large. `args`: the arguments, as bytes of strict JSON. */
  judge(args: Buffer): Verdict | undefined {
    if (inspectSizes(args, this.#smallest, 1).length === 0) return undefined;
    const strictest = new Strictest();
    for (const { id, shadow, limits } of this.#rules) {
      const found = inspectSizes(args, limits, MAX_FINDINGS);
      if (found.length === 0) continue;
      const denied = brokenVerdict(
        id,
        found.map((one) => placed(id, one)),
      );
      strictest.add(shadow ? { ...NOTHING_TO_DECIDE, would: denied } : denied);
    }
    return strictest.verdict();
  }
}

function rulesOf({ mode, argumentLimits, shadowArgumentLimits }: BundlePack): LimitRule[] {
  return [
    { said: argumentLimits, shadow: mode === 'Shadow' },
    { said: shadowArgumentLimits, shadow: true },
  ].flatMap(({ said, shadow }) => (said === undefined ? [] : [{ id: said.id, shadow, limits: smallestOf([said]) }]));
}

function placed(rule: string, { reason, pointer, message }: Oversize): PlacedFinding {
  return { detector: 'limits', reason, message, span: undefined, evidence: '', rule, pointer };
}
