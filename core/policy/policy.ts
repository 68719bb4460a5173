/** A bundle made ready for decisions: everything that can be paid once is paid here. */
import type { TargetKind } from '../mcp/catalogue.ts';
import type { Bundle } from './bundle.ts';
import { RuleIndex } from './rule-index.ts';

export class Policy {
  readonly bundle: Bundle;
  /** `sha256:…` of the bundle's canonical text. */
  readonly revision: string;
  readonly #indexes: { readonly [kind in TargetKind]: RuleIndex } = {
    tool: new RuleIndex('name'),
    prompt: new RuleIndex('name'),
    resource: new RuleIndex('uri'),
  };

  constructor(bundle: Bundle, revision: string) {
    this.bundle = bundle;
    this.revision = revision;
    for (const pack of bundle.packs) {
      for (const rule of pack.rules) this.#indexes[rule.target].add(rule, pack.mode === 'Shadow');
    }
  }

  index(kind: TargetKind): RuleIndex {
    return this.#indexes[kind];
  }
}
