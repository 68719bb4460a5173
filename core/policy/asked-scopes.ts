/** Scopes that the rules in force ask for. */
import type { Bundle } from './bundle.ts';

export interface AskedScopes {
  /** By any rule. */
  readonly all: ReadonlySet<string>;
  /**
   * What every rule asks for that lets anything pass, sorted: the least that a client needs, and what it is told to begin with. More it
   * is asked for when it calls something that takes more (MCP, Authorization, Scope Selection Strategy).
   */
  readonly least: readonly string[];
}

export function askedScopes(packs: Bundle['packs']): AskedScopes {
  const rules = packs.filter(({ mode }) => mode === 'Enforce').flatMap((pack) => pack.rules);
  const permitting = rules.filter(({ effect }) => effect !== 'Deny').map(({ principals }) => principals?.scopes ?? []);
  const [first = [], ...others] = permitting;
  return {
    all: new Set(rules.flatMap(({ principals }) => principals?.scopes ?? [])),
    least: [...new Set(first)].filter((scope) => others.every((scopes) => scopes.includes(scope))).sort(),
  };
}
