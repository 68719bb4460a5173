/** Which rules on content apply to what, found once for each tool: what none applies to is not looked at. */
import type { ContentPlace } from '../../api/rules/dlp.ts';
import { GlobSet } from '../glob-set.ts';
import type { BundlePack } from '../rules/pack.ts';
import { ContentPlan, type ContentRule } from './content-plan.ts';

/** Names of tools are the caller's invention until a rule allows one. */
const MOST_KEPT = 1_000;

export class ContentPlans {
  readonly #always: ContentRule[] = [];
  readonly #ofTools = new GlobSet<ContentRule>('name');
  readonly #all: ContentRule[] = [];
  #hasTools = false;
  /** By tool; of rules alike there is one plan. */
  readonly #plans = new Map<string, ContentPlan | undefined>();
  readonly #bySet = new Map<string, ContentPlan>();

  constructor(packs: readonly BundlePack[], place: ContentPlace) {
    for (const pack of packs) {
      for (const rule of pack.dlp ?? []) {
        if (!rule.in.includes(place)) continue;
        const ready: ContentRule = { rule, shadow: pack.mode === 'Shadow' || rule.mode === 'Shadow' };
        this.#all.push(ready);
        if (rule.tools === null) this.#always.push(ready);
        else {
          this.#hasTools = true;
          for (const pattern of rule.tools) this.#ofTools.add(pattern, ready);
        }
      }
    }
  }

  /** For the call of a tool, or for what is about none. Undefined where nothing is looked for. */
  of(tool: string | undefined): ContentPlan | undefined {
    if (tool === undefined || !this.#hasTools) return this.#planOf(this.#always);
    if (this.#plans.has(tool)) return this.#plans.get(tool);
    if (this.#plans.size >= MOST_KEPT) this.#plans.clear();
    const plan = this.#planOf(this.rulesFor(tool));
    this.#plans.set(tool, plan);
    return plan;
  }

  /** The rules behind a plan, in no order. */
  rulesFor(tool: string | undefined): readonly ContentRule[] {
    return tool === undefined ? this.#always : [...this.#always, ...new Set(this.#ofTools.match(tool))];
  }

  /** For what is said on a stream of many calls, where nobody knows about which. */
  ofAny(): ContentPlan | undefined {
    return this.#planOf(this.#all);
  }

  #planOf(rules: readonly ContentRule[]): ContentPlan | undefined {
    if (rules.length === 0) return undefined;
    const key = rules
      .map((one) => this.#all.indexOf(one))
      .sort((a, b) => a - b)
      .join();
    let plan = this.#bySet.get(key);
    if (plan === undefined) this.#bySet.set(key, (plan = new ContentPlan(rules)));
    return plan;
  }
}
