/** The webhooks, and how they look things up: in the caches, and where a cache may be too young, in the API server. */
import type { Logger } from 'pino';
import type { MCPServer } from '../core/api/mcp-server.ts';
import type { PolicyPack } from '../core/api/policy-pack.ts';
import { packAppliesTo } from '../core/policy/compile.ts';
import { injectHandler } from './admission/inject-handler.ts';
import type { AdmissionHandler } from './admission/review.ts';
import { revocationsHandler, tokensHandler } from './admission/tokens-handler.ts';
import { validateHandler } from './admission/validate-handler.ts';
import { voteHandler } from './admission/vote-handler.ts';
import type { Caches } from './caches.ts';
import type { InjectionSettings } from './injection/render.ts';
import type { ApiClient } from './kit/api-client.ts';
import type { Timers } from './kit/clock.ts';
import type { RawObject } from './kit/resource.ts';
import { RESOURCES } from './kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from './custom-resources.ts';
import { keyOf } from './kit/store.ts';
import type { Labels } from './labels.ts';
import { serversOfPack } from './mcpserver/mapping.ts';
import { readPod } from './mcpserver/pod-facts.ts';
import { TokenChanges } from './mcpserver/token-changes.ts';
import { parseServer } from './parsed.ts';
import { orphanOf } from './orphans.ts';
import { isGatedBy, isPodOf, selectorOf } from './placement.ts';
import { isLive } from './pod.ts';
import { lostTargetsOf } from './targets/resolution.ts';
import type { Targets } from './targets/service.ts';
import type { Gate } from './policy-delivery/plan.ts';

export interface HandlerParts {
  readonly rootNamespace: string;
  readonly injection: InjectionSettings;
  readonly client: ApiClient;
  readonly caches: Caches;
  readonly targets: Pick<Targets, 'placeAnew'>;
  readonly clock: Timers;
  readonly log: Logger;
}

/** By path. */
export function admissionHandlers(parts: HandlerParts): Map<string, AdmissionHandler> {
  const { rootNamespace, injection, client, caches, clock, log } = parts;
  const changes = new TokenChanges(caches, client, clock, log);
  const onTokensChanged = (namespace: string, name: string): void => changes.announce(namespace, name);
  return new Map([
    [
      '/inject',
      injectHandler({
        settings: injection,
        servers: (namespace, labels) => caches.serversSelecting(namespace, labels).map(usable),
        newestServers: async (namespace, labels) =>
          (await newestIn(namespace, parts)).filter((server) => isPodOf(server, labels)).map(usable),
        namespaceLabels: (name) => labelsOf(name, caches, client),
        orphan: (namespace, labels) => orphanOf(namespace, labels, caches),
        // After the newest were asked for: what was found of them is in the cache.
        lost: (namespace) => lostTargetsOf(caches.serversIn(namespace)),
        log,
      }),
    ],
    [
      '/validate',
      validateHandler({
        rootNamespace,
        servers: (namespace) => valid(caches.serversIn(namespace)),
        serversOf: (pack) => serversOf(pack, caches, rootNamespace),
        gatesOf: (server) => gatesOf(server, caches),
      }),
    ],
    ['/tokens', tokensHandler({ onTokensChanged })],
    ['/revocations', revocationsHandler({ onTokensChanged })],
    ['/vote', voteHandler()],
  ]);
}

async function labelsOf(name: string, caches: Caches, client: ApiClient): Promise<Labels> {
  const namespace = caches.namespaces.get({ name }) ?? (await client.get(RESOURCES.Namespace, { name }));
  return namespace.metadata.labels ?? {};
}

function serversOf(pack: PolicyPack, caches: Caches, rootNamespace: string): MCPServer[] {
  return valid(serversOfPack(pack, caches, rootNamespace)).filter((server) =>
    packAppliesTo(pack, server, {
      rootNamespace,
      namespaceLabels: caches.namespaceLabels(server.metadata.namespace) ?? {},
    }),
  );
}

function gatesOf(server: MCPServer, caches: Caches): Gate[] {
  const pods = caches.podsOf(server.metadata.namespace, selectorOf(server)).filter(isLive);
  return pods.filter((pod) => isGatedBy(server, pod)).map(readPod);
}

/** With their targets, which may be younger than what was found last. */
async function newestIn(namespace: string, { client, targets }: HandlerParts): Promise<RawObject[]> {
  const { items } = await client.list(CUSTOM_RESOURCES.MCPServer, { namespace });
  return Promise.all(items.map(async (server) => targets.placeAnew(server)));
}

/** A server that selects the pod and cannot be read: without a gate the pod would answer to everybody. Throws, which refuses it. */
function usable(object: RawObject): MCPServer {
  const parsed = parseServer(object);
  if ('value' in parsed) return parsed.value;
  throw new Error(`MCPServer ${keyOf(object)}, which selects the pod, is not valid: ${parsed.problem}`);
}

function valid(objects: Iterable<RawObject>): MCPServer[] {
  return [...objects].flatMap((object) => {
    const parsed = parseServer(object);
    return 'value' in parsed ? [parsed.value] : [];
  });
}
