/** What the ConfigMap of a server is to hold, and whether it holds that much. */
import { bundleFiles } from '../../core/policy/bundle-versions.ts';
import { Policy } from '../../core/policy/policy.ts';
import { readBundle } from '../../core/policy/read-bundle.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { MAX_BUNDLE_BYTES, type WantedBundle } from '../mcpserver/bundle.ts';
import type { ServerFacts } from '../mcpserver/facts.ts';
import type { PodFacts } from '../mcpserver/pod-facts.ts';
import { policyConfigMapName } from '../names.ts';
import { type Enforced, isBeyond, plan, type Share } from './plan.ts';

export interface Prepared {
  /** As it was given; rejected where its files do not fit. */
  readonly wanted: WantedBundle;
  /** Empty where there is nothing to enforce. */
  readonly shares: readonly Share<PodFacts>[];
}

export async function prepare(
  { object, pods }: Pick<ServerFacts, 'object' | 'pods'>,
  wanted: WantedBundle,
  client: Pick<ApiClient, 'find'>,
): Promise<Prepared> {
  if (wanted.kind === 'rejected') return { wanted, shares: [] };
  const { namespace = '', name } = object.metadata;
  const gates = pods.filter(({ gateOf }) => gateOf === name);
  // Not from the cache, which holds digests, and lags: what was written a moment ago is what gates have.
  const stored = isBeyond(wanted, gates)
    ? await client.find(RESOURCES.ConfigMap, { namespace, name: policyConfigMapName(name) })
    : undefined;
  const shares = plan(wanted, gates, enforcedIn(stored?.data ?? {}));
  const tooLarge = complaintOfSize(shares);
  if (tooLarge !== undefined)
    return { wanted: { kind: 'rejected', reason: 'TooLarge', problem: tooLarge }, shares: [] };
  return { wanted, shares };
}

export function filesOf(shares: readonly Share[]): Record<string, string> {
  return Object.fromEntries(shares.map(({ file, bundle }) => [file, bundle.text]));
}

/** As gates choose: the newest file that they read. What we cannot read any more is as good as nothing, which permits nothing. */
export function enforcedIn(files: Readonly<Record<string, string>>): Enforced {
  return (version) => {
    const file = bundleFiles(version).find((name) => files[name] !== undefined);
    const read = file === undefined ? undefined : readBundle(files[file] ?? '');
    return read instanceof Policy ? read.bundle : undefined;
  };
}

/** A single file that is too large is told where it is compiled. */
export function complaintOfSize(shares: readonly Share[]): string | undefined {
  const sizes = shares.map(({ file, gates, bundle }) => ({ file, gates, bytes: Buffer.byteLength(bundle.text) }));
  const sum = sizes.reduce((total, { bytes }) => total + bytes, 0);
  if (shares.length < 2 || sum <= MAX_BUNDLE_BYTES) return undefined;
  const [newest, ...older] = sizes;
  const parts = older.map(
    ({ file, gates, bytes }) => `${file}, ${bytes} bytes, for ${gates.length} pods with older gates`,
  );
  return `the policy is ${newest?.bytes} bytes (${newest?.file}) and has to be there a second time for gates that do not understand all of it (${parts.join('; ')}), and a ConfigMap holds ${MAX_BUNDLE_BYTES} in all; make those pods anew, or use fewer rules`;
}
