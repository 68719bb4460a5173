/** Says which packs are not in force as they are written, in which pods, why, and what to do about it. Pure. */
import { FEATURES } from '../../core/policy/features.ts';
import { someOf } from '../mcpserver/verdict.ts';
import type { Gate, Share } from './plan.ts';

export interface Withheld<G extends Gate = Gate> {
  /** First in the message: packs and features, and nothing that changes while pods come and go. */
  readonly what: string;
  /** The rest of it; `mend` are the commands that make the pods anew. */
  readonly message: (mend: string) => string;
  readonly gates: readonly G[];
}

/** Undefined: every gate understands every pack. */
export function withheldFrom<G extends Gate>(shares: readonly Share<G>[]): Withheld<G> | undefined {
  const affected = shares.filter(({ gates, bundle }) => gates.length > 0 && bundle.withheld.size > 0);
  if (affected.length === 0) return undefined;
  const lacking = new Map<string, Set<string>>();
  for (const { bundle } of affected) {
    for (const [pack, names] of bundle.withheld) lacking.set(pack, new Set([...(lacking.get(pack) ?? []), ...names]));
  }
  const packs = [...lacking].map(([pack, names]) => `pack ${pack} requires ${[...names].sort().join(' and ')}`).sort();
  const what = `${capital(someOf(packs))}, which not every gate understands.`;
  const gates = affected.flatMap((share) => share.gates);
  const all = shares.flatMap((share) => share.gates).length;
  const versions = [...new Set(gates.map(({ understands }) => understands.gate ?? 'unknown'))].sort();
  const fields = FEATURES.filter(({ name }) => [...lacking.values()].some((names) => names.has(name)));
  const out = fields.map(({ field }) => field).join(' and ');
  return {
    what,
    gates,
    message: (mend) =>
      `${what} ${gates.length} of ${all} gates do not (version ${someOf(versions)}: ${someOf(gates.map(({ name }) => name))}): there every restriction of such a pack holds, old and new, and no permission that they have not got already; other packs arrive whole. To mend: ${mend}; or take ${out} out of the pack.`,
  };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
