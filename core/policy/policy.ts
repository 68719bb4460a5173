/** A bundle made ready for decisions: everything that can be paid once is paid here. */
import type { TargetKind } from '../mcp/catalogue.ts';
import type { ClientRequestKind } from '../mcp/client-request.ts';
import type { Bundle, BundleClientRequest } from './bundle.ts';
import { HostSet } from './host-set.ts';
import { RuleIndex } from './rule-index.ts';

/** What one pack says of a kind of request, ready to be asked. */
export interface ClientRequestRule {
  readonly said: BundleClientRequest;
  readonly shadow: boolean;
  /** Null: any. */
  readonly hosts: HostSet | null;
}

export class Policy {
  readonly bundle: Bundle;
  /** `sha256:…` of the bundle's canonical text. */
  readonly revision: string;
  readonly #indexes: { readonly [kind in TargetKind]: RuleIndex } = {
    tool: new RuleIndex('name'),
    prompt: new RuleIndex('name'),
    resource: new RuleIndex('uri'),
    method: new RuleIndex('name'),
  };
  readonly #clientRequests: { readonly [kind in ClientRequestKind]: ClientRequestRule[] } = {
    sampling: [],
    elicitation: [],
    urlElicitation: [],
    roots: [],
  };

  constructor(bundle: Bundle, revision: string) {
    this.bundle = bundle;
    this.revision = revision;
    for (const pack of bundle.packs) {
      const shadow = pack.mode === 'Shadow';
      for (const rule of pack.rules) this.#indexes[rule.target].add(rule, shadow);
      for (const said of pack.clientRequests) {
        const hosts = said.hosts === null ? null : new HostSet(said.hosts);
        this.#clientRequests[said.kind].push({ said, shadow, hosts });
      }
    }
  }

  /** Whether deciding about a kind needs a budget. */
  isCostly(kind: TargetKind): boolean {
    return this.#indexes[kind].isCostly;
  }

  index(kind: TargetKind): RuleIndex {
    return this.#indexes[kind];
  }

  /** What the packs say of a kind of request, one entry for each that says something. */
  clientRequests(kind: ClientRequestKind): readonly ClientRequestRule[] {
    return this.#clientRequests[kind];
  }
}
