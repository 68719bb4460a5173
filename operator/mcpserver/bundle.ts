/** The policy bundle that a server should have, from the packs as they stand in the cluster. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import {
  compile,
  type CompiledBundle,
  type CompileScope,
  packAppliesTo,
  withClusterHosts,
} from '../../core/policy/compile.ts';
import type { RawObject } from '../kit/resource.ts';
import { type Labels, matchesLabels } from '../labels.ts';
import { parsePack } from '../parsed.ts';

export type WantedBundle =
  | (CompiledBundle & { readonly kind: 'compiled'; readonly packs: readonly string[] })
  /** Nothing can be put in force; what is, stays. */
  | { readonly kind: 'rejected'; readonly reason: 'InvalidPack' | 'TooLarge'; readonly problem: string };

/** An object may hold 1 MiB of data; the certificates and names beside the bundles take their part. */
export const MAX_BUNDLE_BYTES = 1_000_000;

export function wantedBundle(
  server: MCPServer,
  candidates: Iterable<RawObject>,
  scope: CompileScope,
  clusterDomain: string,
): WantedBundle {
  const packs: PolicyPack[] = [];
  for (const object of candidates) {
    const parsed = parsePack(object);
    if ('value' in parsed) {
      if (packAppliesTo(parsed.value, server, scope)) packs.push(parsed.value);
    } else if (mightApply(object, server)) {
      // Leaving it out could loosen: it may hold the one rule that forbids.
      const { namespace, name } = object.metadata;
      return { kind: 'rejected', reason: 'InvalidPack', problem: `pack ${namespace}/${name}: ${parsed.problem}` };
    }
  }
  const compiled = compile(withClusterHosts(server, clusterDomain), packs, scope);
  const bytes = Buffer.byteLength(compiled.text);
  if (bytes > MAX_BUNDLE_BYTES) {
    const problem = `the ${packs.length} packs compile to ${bytes} bytes, and a ConfigMap holds ${MAX_BUNDLE_BYTES}; use fewer rules, or select fewer packs by their targets`;
    return { kind: 'rejected', reason: 'TooLarge', problem };
  }
  const names = packs.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
  return { kind: 'compiled', ...compiled, packs: names };
}

/** A pack that cannot be read says at best by its labels whom it is not about. */
function mightApply({ spec }: RawObject, server: MCPServer): boolean {
  const targets = spec?.['targets'] as { matchLabels?: unknown } | undefined;
  const wanted = targets?.matchLabels;
  if (typeof wanted !== 'object' || wanted === null) return true;
  const isReadable = Object.values(wanted).every((value) => typeof value === 'string');
  return !isReadable || matchesLabels(wanted as Labels, server.metadata.labels);
}
