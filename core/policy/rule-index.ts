/** Finds the rules for a name at a cost that does not depend on how many rules there are. */
import type { BundleRule } from './bundle.ts';
import { patternViews } from './uri-views.ts';
import { GlobSet, type GlobSyntax } from './glob-set.ts';

/** A rule ready to be asked. */
export interface IndexedRule {
  readonly rule: BundleRule;
  readonly shadow: boolean;
  /** Null: applies to everyone. */
  readonly names: ReadonlySet<string> | null;
  readonly groups: ReadonlySet<string> | null;
}

const NONE: readonly IndexedRule[] = [];

export class RuleIndex {
  readonly #exact = new Map<string, IndexedRule[]>();
  readonly #globs: GlobSet<IndexedRule>;
  #hasGlobs = false;

  constructor(syntax: GlobSyntax) {
    this.#globs = new GlobSet(syntax);
  }

  add(rule: BundleRule, shadow: boolean): void {
    const indexed: IndexedRule = {
      rule,
      shadow,
      names: rule.principals === null ? null : new Set(rule.principals.names),
      groups: rule.principals === null ? null : new Set(rule.principals.groups),
    };
    const patterns = rule.target === 'resource' ? rule.patterns.flatMap(patternViews) : rule.patterns;
    for (const pattern of new Set(patterns)) this.#addPattern(pattern, indexed);
  }

  /** The rules with a pattern that matches; one rule may come twice when two of its patterns do. */
  find(name: string): readonly IndexedRule[] {
    const exact = this.#exact.get(name) ?? NONE;
    if (!this.#hasGlobs) return exact;
    const globs = this.#globs.match(name);
    if (globs.length === 0) return exact;
    return exact.length === 0 ? globs : [...exact, ...globs];
  }

  #addPattern(pattern: string, indexed: IndexedRule): void {
    if (pattern.includes('*')) {
      this.#hasGlobs = true;
      this.#globs.add(pattern, indexed);
      return;
    }
    const rules = this.#exact.get(pattern);
    if (rules === undefined) this.#exact.set(pattern, [indexed]);
    else rules.push(indexed);
  }
}
