/** How many gates a server has, for those that divide limits by it. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { REPLICAS_FILE, replicasText } from '../../core/replica-count.ts';
import type { Labels } from '../labels.ts';
import { gateOf } from '../placement.ts';
import type { Pod } from '../pod.ts';

/** Undefined where no gate asks for it. A pod that is about to end counts: it may answer calls until it does. */
export function replicasOf(
  { metadata: { namespace, name }, spec }: Pick<MCPServer, 'metadata' | 'spec'>,
  selector: Labels,
  caches: { readonly podsOf: (namespace: string | undefined, selector: Labels) => readonly Pod[] },
): number | undefined {
  if (spec.state?.valkey === undefined) return undefined;
  const running = caches
    .podsOf(namespace, selector)
    .filter((pod) => gateOf(pod) === name && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed');
  return Math.max(1, running.length);
}

/** The file beside the policy, by its name. */
export function replicasFile(replicas: number | undefined): Record<string, string> {
  return replicas === undefined ? {} : { [REPLICAS_FILE]: replicasText(replicas) };
}
