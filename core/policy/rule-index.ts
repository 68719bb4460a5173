/** Finds the rules for a name at a cost that does not depend on how many rules there are. */
import type { BundleRule } from './bundle.ts';
import { patternViews } from './uri-views.ts';
import { CheckTable, type PreparedCheck } from './argument-checks.ts';
import { type GlobMeter, GlobSet, type GlobSyntax } from './glob-set.ts';

/** A rule ready to be asked. */
export interface IndexedRule {
  readonly rule: BundleRule;
  readonly shadow: boolean;
  /** Null: applies to everyone. */
  readonly names: ReadonlySet<string> | null;
  readonly groups: ReadonlySet<string> | null;
  /** Null: no argument is checked. */
  readonly checks: readonly PreparedCheck[] | null;
}

/** Rules whose patterns are the same text: always the same object, so that sets of rules can be told apart by it. */
export type RuleGroup = readonly IndexedRule[];

const NONE: readonly RuleGroup[] = [];

export class RuleIndex {
  readonly #exact = new Map<string, readonly [IndexedRule[]]>();
  readonly #globs: GlobSet<IndexedRule>;
  readonly checks = new CheckTable();
  #hasGlobs = false;
  #hasChecks = false;
  #hasShadow = false;

  constructor(syntax: GlobSyntax) {
    this.#globs = new GlobSet(syntax);
  }

  add(rule: BundleRule, shadow: boolean): void {
    const indexed: IndexedRule = {
      rule,
      shadow,
      names: rule.principals === null ? null : new Set(rule.principals.names),
      groups: rule.principals === null ? null : new Set(rule.principals.groups),
      checks: this.checks.prepare(rule.arguments),
    };
    if (indexed.checks !== null) this.#hasChecks = true;
    if (shadow) this.#hasShadow = true;
    const patterns = rule.target === 'resource' ? rule.patterns.flatMap(patternViews) : rule.patterns;
    for (const pattern of new Set(patterns)) this.#addPattern(pattern, indexed);
  }

  /** Whether the time of a decision depends on what is asked about, and not on the number of its characters alone. */
  get isCostly(): boolean {
    return this.#hasGlobs || this.#hasChecks;
  }

  get hasChecks(): boolean {
    return this.#hasChecks;
  }

  get hasShadow(): boolean {
    return this.#hasShadow;
  }

  /** The rules with a pattern that matches, in groups; one rule may come twice when two of its patterns do. */
  find(name: string, meter: GlobMeter | undefined): readonly RuleGroup[] {
    const exact = this.#exact.get(name) ?? NONE;
    if (!this.#hasGlobs) return exact;
    const globs = this.#globs.groups(name, meter);
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
    if (rules === undefined) this.#exact.set(pattern, [[indexed]]);
    else rules[0].push(indexed);
  }
}
