/** How often rules of a policy had a say: carried a decision, found something, or would have where they are in shadow. */

export interface RuleUse {
  readonly id: string;
  /** Decisions that it carried, and what it found. */
  readonly acted: number;
  /** What it would have carried, or found, in shadow. */
  readonly would: number;
}

/** Of a call or of an answer. */
export interface Say {
  readonly rules: readonly string[];
  readonly found: readonly string[];
  readonly wouldRules: readonly string[];
  readonly wouldFound: readonly string[];
}

export class RuleCoverage {
  decisions = 0;
  readonly #acted = new Map<string, number>();
  readonly #would = new Map<string, number>();
  /** Rules with a say that the policy does not have. */
  readonly #others = new Set<string>();
  readonly #ids: ReadonlySet<string>;

  /** Ids of all rules of the policy, in its order. */
  constructor(ids: readonly string[]) {
    this.#ids = new Set(ids);
  }

  add({ rules, found, wouldRules, wouldFound }: Say): void {
    this.decisions++;
    for (const id of new Set([...rules, ...found])) this.#count(this.#acted, id);
    for (const id of new Set([...wouldRules, ...wouldFound])) this.#count(this.#would, id);
  }

  #count(counts: Map<string, number>, id: string): void {
    if (this.#ids.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
    else if (id !== '' && this.#others.size < MOST_OTHERS) this.#others.add(id);
  }

  get uses(): readonly RuleUse[] {
    return [...this.#ids].map((id) => ({ id, acted: this.#acted.get(id) ?? 0, would: this.#would.get(id) ?? 0 }));
  }

  /** Sorted. */
  get others(): readonly string[] {
    return [...this.#others].toSorted();
  }
}

const MOST_OTHERS = 1_000;
