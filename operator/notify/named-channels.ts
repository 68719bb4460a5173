/**
 * The channels that rules name. They are no part of a policy bundle: whom the operator tells changes nothing that a gate decides, and must
 * not make approvals void that were asked for under the same rules.
 */
import { MAX_CHANNELS } from '../../core/api/notified.ts';
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { ruleId } from '../../core/policy/rules/target-rule.ts';
import type { Caches } from '../caches.ts';
import { parsePack } from '../parsed.ts';

const LISTS = ['tools', 'resources', 'prompts', 'sequences', 'taint'] as const;

/** By the id of each rule that names any. */
export function channelsNamedIn({ metadata, spec }: PolicyPack): ReadonlyMap<string, readonly string[]> {
  const pack = `${metadata.namespace}/${metadata.name}`;
  return new Map(
    LISTS.flatMap((list) =>
      (spec[list] ?? []).flatMap(({ name, approval }, position) =>
        approval?.notify === undefined ? [] : [[ruleId(pack, list, name, position), approval.notify] as const],
      ),
    ),
  );
}

/** Of the rules of these ids together, as the packs are now; undefined where none names any. A pack that cannot be read names none. */
export function channelsOfRules(rules: readonly string[], { packs }: Pick<Caches, 'packs'>): string[] | undefined {
  const named = rules.flatMap((id) => {
    const [namespace = '', name = ''] = (id.split('#')[0] ?? '').split('/');
    const object = packs.get({ namespace, name });
    const parsed = object && parsePack(object);
    return parsed !== undefined && 'value' in parsed ? (channelsNamedIn(parsed.value).get(id) ?? []) : [];
  });
  return named.length === 0 ? undefined : [...new Set(named)].sort().slice(0, MAX_CHANNELS);
}
