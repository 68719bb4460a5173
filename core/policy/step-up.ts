/**
 * scopesToAsk(policy, context) → all scopes that a token needs for a call which would pass if it had them, sorted; undefined: no scopes
 * would help. For calls that no rule allows; pure as `decide` is, and asked only after it.
 */
import type { Target } from '../mcp/catalogue.ts';
import type { Context } from './context.ts';
import { decide, decideTarget } from './decide.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';

/** Of the sets of scopes that rules ask for, those that take the fewest more are tried: each is one more decision. */
const MAX_TRIED = 8;
const NONE: readonly string[] = [];

export function scopesToAsk(policy: Policy, context: Context): readonly string[] | undefined {
  if (policy.askedScopes.all.size === 0) return undefined;
  const needed = new Set<string>();
  for (const target of context.targets) {
    const scopes = scopesFor(policy, context, target);
    if (scopes === undefined) return undefined;
    for (const scope of scopes) needed.add(scope);
  }
  // What one target needs may be what a rule forbids another with.
  const { effect } = decide(policy, { ...hypothetical(context), principal: having(context.principal, [...needed]) });
  return needed.size === 0 || effect === 'Deny' ? undefined : [...needed].sort();
}

function scopesFor(policy: Policy, context: Context, target: Target): readonly string[] | undefined {
  const { principal, moment, inspection } = context;
  const sets = [NONE, ...askedFor(policy, principal, target)];
  // What they cost is paid for by the request, whatever was decided on it before.
  if (inspection?.enforced.spend(sets.length * sets.length) === false) return undefined;
  return sets.find(
    (scopes) => decideTarget(policy, having(principal, scopes), target, undefined, moment).effect !== 'Deny',
  );
}

/** By the rules that would let it pass, were it not for the scopes. */
function askedFor(policy: Policy, principal: Principal, { kind, name }: Target): readonly (readonly string[])[] {
  const { scopes: granted = NONE } = principal;
  const index = policy.index(kind);
  const reading = index.names.read(name);
  if (reading !== undefined && 'problem' in reading) return [];
  const sets = new Map<string, readonly string[]>();
  for (const view of reading?.views ?? [name]) {
    for (const { shadow, principals, verdict } of index.find(view, undefined).flat()) {
      if (shadow || verdict.effect === 'Deny' || principals?.isAbout(principal) !== true) continue;
      sets.set(principals.scopes.toSorted().join(' '), principals.scopes);
    }
  }
  const missing = (scopes: readonly string[]): number => scopes.filter((scope) => !granted.includes(scope)).length;
  return [...sets.entries()]
    .toSorted(([a, one], [b, other]) => missing(one) - missing(other) || (a < b ? -1 : 1))
    .slice(0, MAX_TRIED)
    .map(([, scopes]) => scopes);
}

function having(principal: Principal, more: readonly string[]): Principal {
  return { ...principal, scopes: [...(principal.scopes ?? NONE), ...more] };
}

/** Nothing that was found of the call as it is may answer for what it is not. */
function hypothetical(context: Context): Context {
  return { ...context, inspection: undefined };
}
