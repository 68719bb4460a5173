/** One server: look at everything, write what differs, say how it is. Level-triggered: nothing here knows what changed. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import type { Clock } from '../../core/clock.ts';
import type { Caches } from '../caches.ts';
import { uidIn } from '../definitions/pins-object.ts';
import type { DefinitionPins } from '../definitions/service.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { type Condition, sameStatus } from '../kit/conditions.ts';
import type { Outcome } from '../kit/controller.ts';
import type { EventRecorder } from '../kit/events.ts';
import type { InjectionSettings } from '../injection/render.ts';
import type { OwnWrites } from '../kit/own-writes.ts';
import type { RawObject, Ref } from '../kit/resource.ts';
import { CUSTOM_RESOURCES } from '../custom-resources.ts';
import { formatLabels, type Labels } from '../labels.ts';
import { pinsConfigMapName, policyConfigMapName } from '../names.ts';
import { filesOf, prepare, type Prepared } from '../policy-delivery/prepare.ts';
import { withheldFrom } from '../policy-delivery/withheld.ts';
import type { OwnedSet } from '../owned-set.ts';
import { parseServer } from '../parsed.ts';
import { type InPods, placementOf, stableUrl } from '../placement.ts';
import { accountKeysFile } from '../service-account-keys/keys-file.ts';
import type { ServiceAccountKeyMirror } from '../service-account-keys/mirror.ts';
import { entriesOf } from '../witness/shard.ts';
import { wantedBundle, type WantedBundle } from './bundle.ts';
import { auditWitnessed } from './conditions/audit-witnessed.ts';
import { definitionsAccepted } from './conditions/definitions-accepted.ts';
import { identityReady } from './conditions/identity-ready.ts';
import { injected, ROLLOUT_MS } from './conditions/injected.ts';
import { policyAccepted } from './conditions/policy-accepted.ts';
import { policyEnforced } from './conditions/policy-enforced.ts';
import { ready } from './conditions/ready.ts';
import { blocksReady, tlsReady } from './conditions/tls-ready.ts';
import { stateShared } from './conditions/state-shared.ts';
import { trafficVerified } from './conditions/traffic-verified.ts';
import type { Delivery } from './delivery.ts';
import { desiredObjects, desiredPolicyConfigMap, policyData } from './desired.ts';
import type { EndpointFact } from './endpoint.ts';
import { gatherFacts, type ServerFacts } from './facts.ts';
import { KNOCK_EVERY_MS, type Knocker } from './knock.ts';
import type { OwnedKinds } from './owned-kinds.ts';
import { replicasFile, replicasOf } from './replica-count.ts';
import { letGoOfReplicas } from './replicas.ts';
import { refusalOf, runRefused } from './refusal.ts';
import { policyStatus } from './policy-status.ts';
import { news, withConditions, type ServerStatus } from './status.ts';
import { serviceAccountsStatus } from './service-accounts-status.ts';
import { no, type Verdict } from './verdict.ts';

export interface ServerContext {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly delivery: Delivery;
  readonly owned: OwnedSet;
  readonly kinds: OwnedKinds;
  readonly knocker: Knocker;
  readonly writes: OwnWrites;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly rootNamespace: string;
  readonly clusterDomain: string;
  /** Certificates that sidecars may trust the operator by, as PEM. */
  readonly operatorCa: () => string;
  readonly accountKeys: Pick<ServiceAccountKeyMirror, 'begun' | 'issuer' | 'problem' | 'text'>;
  readonly injection: InjectionSettings;
  readonly definitions: Pick<DefinitionPins, 'forget'>;
}

export async function reconcileServer(ref: Ref, context: ServerContext): Promise<Outcome> {
  const object = context.caches.servers.get(ref);
  // What it owned has its owner reference and goes with it; what is in another namespace cannot have one.
  if (object === undefined) await context.definitions.forget({ namespace: ref.namespace ?? '', name: ref.name });
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
  // A cache that does not show our last word yet would make us say it again; the change that brings it enqueues the server.
  if (!context.writes.isSeenIn(object)) return { kind: 'requeueAfter', ms: STALE_RETRY_MS };
  const parsed = parseServer(object);
  if (!('value' in parsed)) return onlySay(object, context, no('InvalidSpec', `${parsed.problem}.`));
  const placement = placementOf(object);
  if (placement.gate === 'none') {
    // One that changed from an image to a URL leaves its Deployment behind.
    await keepOwned(object, parsed.value, context);
    return onlySay(object, context, no('NotInCluster', NOT_IN_CLUSTER));
  }
  return serve(object, parsed.value, placement, context);
}

/** Only for the case that the change gets lost. */
const STALE_RETRY_MS = 1_000;

const NOT_IN_CLUSTER =
  'spec.remote and spec.stdio are for the command line (sallyport up). In a cluster name the pods of the server by spec.workload, or its image by spec.run.';

async function serve(
  object: RawObject,
  server: MCPServer,
  placement: InPods,
  context: ServerContext,
): Promise<Outcome> {
  const facts = gatherFacts(object, server, placement, context.caches);
  const namespaceLabels = context.caches.namespaceLabels(server.metadata.namespace);
  // Which packs of the root namespace apply would be a guess, and one that leaves out those that forbid.
  if (namespaceLabels === undefined) return { kind: 'requeueAfter', ms: STALE_RETRY_MS };
  const prepared = await prepare(facts, bundleFor(server, namespaceLabels, context), context.client);
  if (await saidFirst(facts, prepared, context)) return { kind: 'requeueAfter', ms: STALE_RETRY_MS };
  let delivered: Delivered;
  try {
    delivered = await deliver(facts, prepared, context);
    // Nothing is said of a bundle before it is written.
    if (delivered.coalescing !== undefined) return { kind: 'requeueAfter', ms: delivered.coalescing };
    await keepOwned(object, server, context);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    await writeStatus(object, judge(facts, prepared, context, refusal).status, context);
    return { kind: 'failed', error };
  }
  await context.knocker.refresh(facts.pods.filter(({ loopbackOnly }) => loopbackOnly === false));
  const { status, lookAgain } = judge(facts, prepared, context);
  await writeStatus(object, status, context);
  const exposed = facts.pods.some(({ loopbackOnly }) => loopbackOnly === false);
  const again = Math.min(delivered.touchAgain ?? Infinity, exposed ? KNOCK_EVERY_MS : Infinity, lookAgain);
  return Number.isFinite(again) ? { kind: 'requeueAfter', ms: again } : { kind: 'done' };
}

/**
 * Whether it was said just now that some gates will not enforce a pack as it is written: that is said before it is written. What is
 * written comes when the cache shows that it has been said.
 */
async function saidFirst(facts: ServerFacts, prepared: Prepared, context: ServerContext): Promise<boolean> {
  const withheld = withheldFrom(prepared.shares);
  if (withheld === undefined) return false;
  const before = (facts.object.status?.['conditions'] ?? []) as Condition[];
  if (before.some(({ type, message }) => type === 'PolicyEnforced' && message?.startsWith(withheld.what))) return false;
  try {
    await writeStatus(facts.object, judge(facts, prepared, context).status, context);
    return true;
  } catch {
    // What cannot be said is tried again below, after the policy: a Deny must not wait for that.
    return false;
  }
}

async function keepOwned(object: RawObject, server: MCPServer, context: ServerContext): Promise<void> {
  const { owned, kinds } = context;
  const wanted = desiredObjects(object, server, kinds);
  if (server.spec.run !== undefined && server.spec.run.replicas === undefined) {
    const deployment = wanted.find(({ kind }) => kind === kinds.deployment);
    if (deployment !== undefined && !owned.isAsWanted(object, deployment))
      await letGoOfReplicas(object, context.client);
  }
  // A policy has the name of its server, and stays while that is there.
  const prunable = [kinds.deployment, kinds.service].filter((kind) => kind !== undefined);
  return owned.keep(object, wanted, prunable);
}

function bundleFor(server: MCPServer, namespaceLabels: Labels, context: ServerContext): WantedBundle {
  const { caches, rootNamespace, clusterDomain } = context;
  const { namespace } = server.metadata;
  const candidates = [...caches.packsIn(namespace)];
  if (namespace !== rootNamespace) candidates.push(...caches.packsIn(rootNamespace));
  return wantedBundle(server, candidates, { rootNamespace, namespaceLabels }, clusterDomain);
}

interface Delivered {
  /** The write waits so long for more changes to come. */
  readonly coalescing?: number;
  /** When to push pods that have not answered; undefined: none has to be. */
  readonly touchAgain?: number | undefined;
}

async function deliver(facts: ServerFacts, { wanted, shares }: Prepared, context: ServerContext): Promise<Delivered> {
  const { object, server } = facts;
  const { namespace, name } = object.metadata;
  const ca = context.operatorCa();
  const stored = context.caches.configMaps.get(`${namespace}/${policyConfigMapName(name)}`);
  if (wanted.kind === 'rejected') {
    // The last good policy stays, but its pods have to go on trusting us.
    if (stored !== undefined && stored.ca !== ca) await context.delivery.renewCa(object, ca);
    return {};
  }
  const replicas = replicasOf(server, facts.selector, context.caches);
  const beside = { ...(await accountKeysFile(server, context)), ...replicasFile(replicas) };
  const data = { ...policyData(filesOf(shares), ca), ...beside };
  const policy = { kind: context.kinds.policy, object: desiredPolicyConfigMap(object, data) };
  const coalescing = await context.delivery.write(object, policy);
  if (coalescing !== undefined) return { coalescing };
  if (replicas !== undefined) await context.delivery.tellReplicas(facts.pods, replicas);
  const waits = await Promise.all(shares.map(({ gates, bundle }) => context.delivery.touch(gates, bundle.revision)));
  const due = waits.filter((wait) => wait !== undefined);
  return { touchAgain: due.length === 0 ? undefined : Math.min(...due) };
}

interface Judged {
  readonly status: ServerStatus;
  /** Milliseconds until time alone may make it another; Infinity: never. */
  readonly lookAgain: number;
}

function judge(facts: ServerFacts, prepared: Prepared, context: ServerContext, refusal?: Verdict): Judged {
  const { pods, object, server } = facts;
  const now = context.clock.now();
  const enforcement = policyEnforced(facts, prepared, now);
  const inPods = injected(facts, context.injection, now);
  const tls = tlsReady(facts);
  const parts: Record<string, Verdict> = {
    PolicyAccepted: policyAccepted(facts, prepared.wanted),
    Injected: inPods,
    ...(blocksReady(tls) ? { TLSReady: tls } : {}),
    PolicyEnforced: enforcement.verdict,
  };
  const accepted = acceptedBy(object, context);
  const { namespace = '', name } = object.metadata;
  const witnessed = auditWitnessed(entriesOf(context.caches, `${namespace}/${name}`));
  const identity = identityReady(facts, context.accountKeys);
  const shared = stateShared(facts, prepared.wanted);
  const verdicts = {
    Ready: refusal ?? runRefused(server, context.kinds) ?? ready(facts, parts),
    ...parts,
    ...(tls === undefined ? {} : { TLSReady: tls }),
    TrafficVerified: trafficVerified(facts, (pod) => context.knocker.stateOf(pod)),
    ...(identity === undefined ? {} : { IdentityReady: identity }),
    ...(shared === undefined ? {} : { StateShared: shared }),
    ...(accepted === undefined ? {} : { DefinitionsAccepted: accepted }),
    ...(witnessed === undefined ? {} : { AuditWitnessed: witnessed }),
  };
  const gates = pods.filter(({ gateOf }) => gateOf === object.metadata.name);
  const policy = policyStatus(object, prepared, enforcement, now);
  const rest = {
    ...endpointOf(server, facts.endpoint),
    // None while its target is lost.
    ...(Object.keys(facts.selector).length === 0 ? {} : { selector: formatLabels(facts.selector) }),
    ...serviceAccountsStatus(server, context.accountKeys),
    pods: { selected: pods.length, injected: gates.length, ready: enforcement.ready },
    ...(policy === undefined ? {} : { policy }),
  };
  const late = Math.max(1, (enforcement.lateAt ?? Infinity) - now);
  const lookAgain =
    inPods.reason === 'PodsWithoutSidecar' && inPods.passes === true ? Math.min(late, ROLLOUT_MS) : late;
  return { status: withConditions(object, verdicts, rest, new Date(now)), lookAgain };
}

function endpointOf(server: MCPServer, fact: EndpointFact): { endpoint?: string } {
  if (fact.kind === 'own') return { endpoint: stableUrl(server) };
  return fact.kind === 'used' ? { endpoint: stableUrl(server, fact.port) } : {};
}

function acceptedBy({ metadata }: RawObject, { caches, rootNamespace }: ServerContext): Verdict | undefined {
  const { namespace = '', name } = metadata;
  const found = caches.pins.get({ namespace: rootNamespace, name: pinsConfigMapName({ namespace, server: name }) });
  // Those of a server that had this name before say nothing of this one.
  const stored = found !== undefined && uidIn(found) === metadata.uid ? found : undefined;
  return definitionsAccepted(metadata, stored, caches.approvals.byIndex('server', `${namespace}/${name}`));
}

async function onlySay(object: RawObject, context: ServerContext, verdict: Verdict): Promise<Outcome> {
  const status = withConditions(object, { Ready: verdict }, {}, new Date(context.clock.now()));
  await writeStatus(object, status, context);
  return { kind: 'done' };
}

async function writeStatus(object: RawObject, status: ServerStatus, context: ServerContext): Promise<void> {
  if (sameStatus(object.status, status)) return;
  const { name, namespace } = object.metadata;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const written = await context.client.apply(
    CUSTOM_RESOURCES.MCPServer,
    { metadata, status },
    { subresource: 'status' },
  );
  context.writes.remember(written);
  const before = (object.status?.['conditions'] ?? []) as Condition[];
  for (const { type, status: state, reason, message } of news(before, status.conditions)) {
    context.events.event(object, state === 'False' ? 'Warning' : 'Normal', reason, `${type}: ${message}`);
  }
}
