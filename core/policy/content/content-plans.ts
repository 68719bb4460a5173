/** Which rules on content apply to what, found once for each tool: what none applies to is not looked at. */
import type { ContentPlace } from '../../api/rules/content-places.ts';
import { MODEL_TEXT } from '../../inspect/content/model-text.ts';
import { GlobSet } from '../glob-set.ts';
import type { BundleDlp } from '../rules/dlp.ts';
import type { BundlePack } from '../rules/pack.ts';
import { ContentPlan, type ContentRule, type Detectors } from './content-plan.ts';

/** Names of tools are the caller's invention until a rule allows one. */
const MOST_KEPT = 1_000;
/** In units; no tool that was looked at has a longer one. What is kept is the caller's as well. */
const LONGEST_KEPT = 256;
/** Sets of rules that made-up names are about. */
const MOST_SETS = 256;

/** Whatever the packs say: what is kept in a cluster, sent to chats and mailed is read by more than those it is for. */
const NEVER_SHOWN: BundleDlp = {
  id: '',
  detect: ['secrets', 'creditCard', 'iban'],
  patterns: [],
  words: [],
  in: ['arguments'],
  tools: null,
  effect: 'Redact',
  mode: 'Enforce',
  reason: null,
};

const MEANT_FOR_MODELS: ReadonlySet<string> = new Set(MODEL_TEXT);

export class ContentPlans {
  readonly #always: ContentRule[] = [];
  readonly #ofTools = new GlobSet<ContentRule>('name');
  readonly #all: ContentRule[] = [];
  #hasTools = false;
  /** By tool; of rules alike there is one plan. */
  readonly #plans = new Map<string, ContentPlan | undefined>();
  readonly #bySet = new Map<string, ContentPlan>();
  readonly #detectors: Detectors = new Map();
  #ofNone: ContentPlan | undefined = undefined;
  #forPeople: ContentPlan | undefined = undefined;
  #ofAll: ContentPlan | undefined = undefined;

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

  /** Some rule may change what is said. */
  get redacts(): boolean {
    return this.#all.some(({ rule, shadow }) => rule.effect === 'Redact' && !shadow);
  }

  /** For the call of a tool, or for what is about none. Undefined where nothing is looked for. */
  of(tool: string | undefined): ContentPlan | undefined {
    if (tool === undefined || !this.#hasTools) return (this.#ofNone ??= this.#planOf(this.#always));
    if (this.#plans.has(tool)) return this.#plans.get(tool);
    const plan = this.#planOf(this.rulesFor(tool));
    if (tool.length > LONGEST_KEPT) return plan;
    if (this.#plans.size >= MOST_KEPT) this.#plans.clear();
    this.#plans.set(tool, plan);
    return plan;
  }

  /**
   * For what a person is shown of a call of a tool: whatever any rule looks for is taken out, whatever its effect and mode, and secrets,
   * numbers of cards and of accounts besides. What is meant for a model stays, unless the server does not get it either: who decides has to
   * see it.
   */
  forPeople(tool: string | undefined): ContentPlan {
    if (tool === undefined || !this.#hasTools) return (this.#forPeople ??= this.#blindPlanOf(this.#always));
    return this.#blindPlanOf(this.rulesFor(tool));
  }

  #blindPlanOf(rules: readonly ContentRule[]): ContentPlan {
    // Whose call it is makes it no less of a secret for whoever reads of it, so conditions are not asked.
    const blind = rules.map(({ rule: { when: _, ...rule }, shadow }) => {
      const isTaken = rule.effect === 'Redact' && !shadow;
      const detect = isTaken ? rule.detect : rule.detect.filter((one) => !MEANT_FOR_MODELS.has(one));
      return { rule: { ...rule, detect, effect: 'Redact' as const }, shadow: false };
    });
    return new ContentPlan([{ rule: NEVER_SHOWN, shadow: false }, ...blind], this.#detectors);
  }

  /** The rules behind a plan, in no order. */
  rulesFor(tool: string | undefined): readonly ContentRule[] {
    return tool === undefined ? this.#always : [...this.#always, ...new Set(this.#ofTools.match(tool))];
  }

  /** For what is said on a stream of many calls, where nobody knows about which. */
  ofAny(): ContentPlan | undefined {
    return (this.#ofAll ??= this.#planOf(this.#all));
  }

  #planOf(rules: readonly ContentRule[]): ContentPlan | undefined {
    if (rules.length === 0) return undefined;
    const key = rules
      .map((one) => this.#all.indexOf(one))
      .sort((a, b) => a - b)
      .join();
    let plan = this.#bySet.get(key);
    if (plan !== undefined) return plan;
    if (this.#bySet.size >= MOST_SETS) this.#bySet.clear();
    plan = new ContentPlan(rules, this.#detectors);
    this.#bySet.set(key, plan);
    return plan;
  }
}
