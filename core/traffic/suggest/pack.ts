/** A pack of what was used, and cases that hold it to that. */
import { API_VERSION } from '../../api/common.ts';
import type { Used, UsedKind } from './observed.ts';
import type { SuggestedRule } from './rules.ts';

export interface PackPlace {
  readonly name: string;
  readonly namespace: string;
  /** Labels of the servers that it is for; undefined: all of the namespace. */
  readonly targets: Readonly<Record<string, string>> | undefined;
}

/** By label the tools that it calls so. */
export type SuggestedLabels = Readonly<Record<string, readonly string[]>>;

const LISTS = [
  ['tool', 'tools', 'names'],
  ['resource', 'resources', 'uris'],
  ['prompt', 'prompts', 'names'],
  ['method', 'methods', 'names'],
] as const satisfies readonly (readonly [UsedKind, string, string])[];

const HELD = 'a person approved such calls when they were recorded';

/** As in a file. */
export function packOf(
  rules: readonly SuggestedRule[],
  { name, namespace, targets }: PackPlace,
  labels: SuggestedLabels = {},
): Readonly<Record<string, unknown>> {
  const lists = LISTS.flatMap(([kind, list, member]) => {
    const own = rules.filter(({ used }) => used[0]?.kind === kind);
    return own.length === 0 ? [] : [[list, own.map((rule) => ruleOf(rule, member))] as const];
  });
  return {
    apiVersion: API_VERSION,
    kind: 'PolicyPack',
    metadata: { name, namespace },
    spec: {
      mode: 'Enforce',
      ...(targets === undefined ? {} : { targets: { matchLabels: targets } }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...Object.fromEntries(lists),
    },
  };
}

function ruleOf({ name, effect, principals, arguments: checks, used }: SuggestedRule, member: string): object {
  return {
    name,
    [member]: [...new Set(used.map((one) => one.name))],
    effect: used[0]?.kind === 'method' ? 'Allow' : effect,
    ...(effect === 'RequireApproval' ? { reason: HELD } : {}),
    principals,
    ...(Object.keys(checks).length === 0 ? {} : { arguments: checks }),
  };
}

/** As a case names a caller; undefined: one of whom nothing is proven. */
export function callerOf({
  principal: { kind, name, groups, issuer, scopes },
}: Pick<Used, 'principal'>): object | undefined {
  if (kind === 'anonymous') return undefined;
  // Others than a jwt have their issuer from their entry in access, which a case has not.
  const own =
    kind === 'jwt' && issuer !== undefined
      ? { issuer, ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }) }
      : {};
  return { name, ...(groups.length === 0 ? {} : { groups }), ...own };
}
