/** Says to whoever writes a pack that gates run which will not enforce it as it is written. Pure. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { FEATURES, requirementsOf } from '../../core/policy/features.ts';
import { someOf } from '../mcpserver/verdict.ts';
import { type Gate, knows } from './plan.ts';

/** One sentence for each feature of the pack that gates of its servers do not know. */
export function tooOldFor(pack: PolicyPack, gates: readonly Gate[]): string[] {
  const required = Object.keys(requirementsOf([pack]) ?? {});
  return FEATURES.filter(({ name }) => required.includes(name)).flatMap((feature) => {
    const old = gates.filter((gate) => !knows(gate, feature)).map(({ name }) => name);
    if (old.length === 0) return [];
    const pods = old.length === 1 ? '1 pod' : `${old.length} pods`;
    return [
      `${feature.field}: the gates of ${pods} (${someOf(old, 2)}) do not understand it; until they are made anew the pack restricts there and permits nothing new`,
    ];
  });
}
