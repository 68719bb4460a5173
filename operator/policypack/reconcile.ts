/** One PolicyPack: says whether it can be used, as what, and on which servers. What it does is done by their controller. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { packAppliesTo, packRevision } from '../../core/policy/compile.ts';
import type { Clock } from '../../core/clock.ts';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { sameStatus } from '../kit/conditions.ts';
import type { Outcome } from '../kit/controller.ts';
import type { RawObject, Ref } from '../kit/resource.ts';
import { CUSTOM_RESOURCES } from '../custom-resources.ts';
import { keyOf } from '../kit/store.ts';
import { serversOfPack } from '../mcpserver/mapping.ts';
import { withConditions } from '../mcpserver/status.ts';
import { no, someOf, type Verdict, yes } from '../mcpserver/verdict.ts';
import { channelsNamedIn } from '../notify/named-channels.ts';
import { unknownOf } from '../notify/route.ts';
import { parsePack, parseServer } from '../parsed.ts';

export interface PackContext {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly rootNamespace: string;
  /** Names of all channels that people can be told by. */
  readonly channels: readonly string[];
}

const MAX_NAMES = 50;

export async function reconcilePack(ref: Ref, context: PackContext): Promise<Outcome> {
  const object = context.caches.packs.get(ref);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
  const status = statusOf(object, context);
  if (sameStatus(object.status, status)) return { kind: 'done' };
  await context.client.apply(CUSTOM_RESOURCES.PolicyPack, { metadata: { ...ref }, status }, { subresource: 'status' });
  return { kind: 'done' };
}

function statusOf(object: RawObject, context: PackContext): object {
  const parsed = parsePack(object);
  const now = new Date(context.clock.now());
  if (!('value' in parsed)) {
    const message = `${parsed.problem}. Servers that it may apply to keep their last good policy until it is mended.`;
    return withConditions(object, both(no('Invalid', message)), {}, now);
  }
  const servers = serversUnder(object, context);
  const names = servers.toSorted().slice(0, MAX_NAMES);
  const verdict =
    servers.length > 0 ? applies(servers.length, parsed.value, context) : yes('NoServers', noServers(object, context));
  const rest = { servers: { count: servers.length, names }, revision: packRevision(parsed.value) };
  return withConditions(object, both(verdict), rest, now);
}

/** A slip in the name of a channel decides nothing, so the pack is as good as any other. */
function applies(servers: number, pack: PolicyPack, { channels }: PackContext): Verdict {
  const message = `Applies to ${servers} MCPServer${servers === 1 ? '' : 's'}`;
  const unknown = unknownOf([...channelsNamedIn(pack).values()].flat(), { channels });
  if (unknown.length === 0) return yes('Applies', message);
  const there = channels.length === 0 ? 'there is none' : `there are ${someOf(channels)}`;
  const mend = `write one that there is, or add it to notifications.channels of the operator's chart; until then the default channels are told`;
  return yes(
    'UnknownChannel',
    `${message}. No channel is called ${someOf(unknown)} (approval.notify), ${there}: ${mend}`,
  );
}

/** Ready is what programs wait for, whatever the kind. How far the policy has got is said by each server, in PolicyEnforced. */
function both(verdict: Verdict): Record<string, Verdict> {
  return { Ready: verdict, Accepted: verdict };
}

function serversUnder(object: RawObject, { caches, rootNamespace }: PackContext): string[] {
  const parsed = parsePack(object);
  if (!('value' in parsed)) return [];
  const names: string[] = [];
  for (const candidate of serversOfPack(object, caches, rootNamespace)) {
    const server = parseServer(candidate);
    if (!('value' in server)) continue;
    const namespaceLabels = caches.namespaceLabels(server.value.metadata.namespace) ?? {};
    if (packAppliesTo(parsed.value, server.value, { rootNamespace, namespaceLabels })) names.push(keyOf(candidate));
  }
  return names;
}

function noServers({ metadata }: RawObject, { rootNamespace }: PackContext): string {
  const where =
    metadata.namespace === rootNamespace
      ? 'its namespaceSelector and targets select'
      : `its targets select in namespace ${metadata.namespace}`;
  return `No MCPServer is among what ${where}; compare with kubectl get mcpservers.sallyport.dev --show-labels${metadata.namespace === rootNamespace ? ' -A' : ` -n ${metadata.namespace}`}`;
}
