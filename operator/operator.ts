/** Puts the operator together: the one list of its parts, in the order in which they start. They stop in reverse. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { admissionHandlers } from './admission-handlers.ts';
import { AdmissionMetrics } from './admission/metrics.ts';
import { AdmissionServer } from './admission/server.ts';
import { PolicyTerms } from './approvals/policy-terms.ts';
import { Requesters } from './approvals/requesters.ts';
import { PolicyRevisions } from './approvals/revisions.ts';
import { ApprovalMetrics } from './approvals/metrics.ts';
import { Approvals } from './approvals/service.ts';
import { AuditKeys } from './audit-keys/service.ts';
import { Caches } from './caches.ts';
import { registerClusterMetrics } from './cluster-metrics.ts';
import type { OperatorConfig } from './config.ts';
import { createControllers } from './controllers.ts';
import { DefinitionQuestions } from './definitions/questions.ts';
import { DefinitionPins } from './definitions/service.ts';
import { Grants } from './grants/service.ts';
import { HandleKeyService } from './handle-keys/service.ts';
import type { InjectionSettings } from './injection/render.ts';
import type { ApiClient } from './kit/api-client.ts';
import { SYSTEM_CLOCK } from './kit/clock.ts';
import { EventRecorder } from './kit/events.ts';
import { LeaderElection } from './kit/leader-election.ts';
import { Manager } from './kit/manager.ts';
import type { ControllerMetrics } from './kit/metrics.ts';
import { createChannels } from './notify/create-channels.ts';
import { Notifications } from './notify/service.ts';
import { routesOf } from './notify/settings.ts';
import { ARCHIVE_PORT, ARCHIVE_SERVICE, LEASE, SIDECAR_API_PORT, VOTE_WEBHOOK } from './names.ts';
import { ClusterVersion } from './installation/cluster-version.ts';
import { expectedCaBundle } from './installation/expected-ca-bundle.ts';
import { InstallationGuard } from './installation/guard.ts';
import { Probes } from './probes.ts';
import { letsInAccounts } from './service-account-keys/keys-file.ts';
import { ServiceAccountKeyMirror } from './service-account-keys/mirror.ts';
import { Callers } from './sidecar-api/caller.ts';
import { servedCertificates } from './served-certificate.ts';
import { ServingCertificates } from './sidecar-api/serving-certificates.ts';
import { SidecarApi } from './sidecar-api/server.ts';
import { ServiceAccountApi } from './sidecar-api/service-accounts.ts';
import { reflectorsOf } from './reflectors.ts';
import { Targets } from './targets/service.ts';
import { CaBundleKeeper } from './tls/ca-bundle-keeper.ts';
import { Certificates } from './tls/certificates.ts';
import { createHouseSecret, ofHouse } from './tls/create-house-secret.ts';
import { dnsNamesOf } from './tls/dns-names.ts';
import { Bucket, bucketCredentials } from './witness/bucket.ts';
import { WitnessCopies } from './witness/copies.ts';
import { CosigningKeys } from './witness/cosigning-keys.ts';
import { WitnessMetrics } from './witness/metrics.ts';
import { Witness } from './witness/service.ts';

export interface OperatorOptions {
  readonly config: OperatorConfig;
  readonly client: ApiClient;
  readonly metrics: ControllerMetrics;
  readonly log: Logger;
  /** Of this process alone: the pod's name and something random. */
  readonly identity: string;
  /** Why nothing here can be relied on any more; undefined as long as all is well. */
  readonly fallen?: () => string | undefined;
  /** Keys of the bucket with copies of witnessed checkpoints, where there is one. Default: none. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** How long it still answers, not ready, once it is to stop; 0 where no Service leads here. Default: seven seconds. */
  readonly leaveMs?: number;
}

/**
 * Of a pod that is deleted, or not ready, the endpoint goes at once; until every node has heard of it, and API servers that keep lists
 * of their own (konnectivity), takes a second or two. Without an answer pods of the namespaces with gates are refused.
 * With what follows it stays within the 30 s of a pod.
 */
const LEAVE_MS = 7_000;

const clock = SYSTEM_CLOCK;

export function createOperator(options: OperatorOptions): Manager {
  const { config, client, metrics, log, identity, fallen, env = {}, leaveMs = LEAVE_MS } = options;
  const { registry } = metrics;
  const caches = new Caches();
  const targets = new Targets({ caches, client, clock, log });
  caches.place = (server) => targets.place(server);
  const { namespace: rootNamespace, watchNamespaces } = config;
  const reflectors = reflectorsOf({ caches, client, log, rootNamespace, watchNamespaces, runs: config.run.enabled });
  registerClusterMetrics(registry, caches, clock);
  const events = new EventRecorder({ client, controller: 'sallyport.dev/operator', instance: identity, log });
  const certificates = createCertificates({ config, client, registry, events, log });
  // The chart's ConfigMap has the name of its Service.
  const chart = { namespace: config.namespace, name: config.serviceName };
  const caBundle = expectedCaBundle(certificates, config.tls.injectedCaBundle);
  const guard = new InstallationGuard({ client, caBundle, chart, webhooks: config.webhooks, clock, log });
  const revisions = new PolicyRevisions();
  const requesters = new Requesters(caches, rootNamespace);
  caches.configMaps.onChange((change) => revisions.heard(change));
  const approvals = new Approvals({ caches, client, clock, trust: guard, revisions, requesters });
  const questions = new DefinitionQuestions({ caches, client, clock, trust: guard, requesters, log });
  const definitions = new DefinitionPins({ caches, client, clock, questions, rootNamespace: config.namespace, log });
  const auditKeys = new AuditKeys({
    ...{ caches, client, certificates, clock, log, rootNamespace: config.namespace },
    rotateAfterMs: config.auditKeys.rotateAfter,
  });
  const witness = new Witness({
    ...{ caches, client, clock, log, rootNamespace: config.namespace },
    keys: new CosigningKeys({ client, certificates, rootNamespace: config.namespace }),
    metrics: new WitnessMetrics(registry),
    writeEveryMs: config.witness.writeEvery,
    keepEndedForMs: config.witness.keepEndedFor,
  });
  const handleKeys = new HandleKeyService({ client, certificates, namespace: config.namespace, clock, log });
  const grants = new Grants({
    caches,
    client,
    clock,
    trust: guard,
    terms: new PolicyTerms(revisions, client),
    revisions,
    requesters,
  });
  const accountKeys = new ServiceAccountKeyMirror({
    ...{ client, clock, log },
    isUsed: () => [...caches.servers.list()].some(letsInAccounts),
  });
  const sidecarApi = new SidecarApi({
    port: config.ports.sidecars,
    callers: new Callers(client, caches, clock),
    approvals,
    grants,
    definitions,
    handleKeys,
    auditKeys,
    witness,
    serviceAccounts: new ServiceAccountApi({ client, caches, mirror: accountKeys }),
    client,
    certificates,
    servingCertificates: new ServingCertificates({ caches, certificates, clusterDomain: config.clusterDomain }),
    clock,
    log,
    fallen,
  });

  const injection = injectionSettings(config);
  const controllers = createControllers({
    ...{ config, client, caches, events, injection, metrics, clock, log },
    operatorCa: () => certificates.current().caBundle,
    accountKeys,
    trust: guard,
    definitions,
    approvalMetrics: new ApprovalMetrics(registry),
    requesters,
    revisions,
  });
  // What was decided while the policies did not hold is taken back, whether or not anybody asks for it.
  guard.onBroken(() => {
    for (const { metadata } of caches.approvals.list()) controllers.approvals.enqueue(metadata);
  });
  // Every pod trusts the operator by a bundle that lies beside its policy.
  certificates.onChange(() => {
    for (const { metadata } of caches.servers.list()) controllers.servers.enqueue(metadata);
  });

  // They lie there, too.
  accountKeys.onChange(() => {
    for (const server of caches.servers.list())
      if (letsInAccounts(server)) controllers.servers.enqueue(server.metadata);
  });

  const admission = new AdmissionServer({
    port: config.ports.webhook,
    handlers: admissionHandlers({ targets, rootNamespace: config.namespace, injection, client, caches, clock, log }),
    certificates: config.tls.injectedCaBundle ? ofHouse(certificates) : certificates,
    metrics: new AdmissionMetrics(registry),
    clock,
    log,
    fallen,
  });

  let hasCertificates = false;
  void certificates.ready.then(() => (hasCertificates = true));
  const readiness = (): string[] => [
    ...[fallen?.() ?? []].flat(),
    // Those that are there serve until they are renewed.
    ...(hasCertificates ? [] : [`${certificates.name}: ${certificates.problem ?? 'not loaded yet'}`]),
    ...(handleKeys.problem === undefined ? [] : [`${handleKeys.name}: ${handleKeys.problem}`]),
    ...reflectors.flatMap(({ name, hasSynced, problem }) =>
      hasSynced ? [] : [`${name}: ${problem ?? 'not filled yet'}`],
    ),
    ...guard.problems(),
    ...(admission.port === 0 ? ['admission does not listen yet'] : []),
    ...(sidecarApi.port === 0 ? ['the sidecar API does not listen yet'] : []),
  ];

  // Whoever cannot be relied on any more is not to be asked for longer than it takes to say why.
  const leave = (): number => (fallen?.() === undefined ? leaveMs : 0);
  const manager = new Manager({ log, leaveMs: leave, ...leadership(options) });
  manager.add(new Probes(config.ports.metrics, registry, readiness, log), events);
  manager.add(new ClusterVersion({ client, clock, log }));
  manager.add(certificates);
  // It may have to begin with the key that was derived from the authority.
  manager.add(handleKeys);
  // Before anybody is answered: a webhook that knows no servers yet would let pods through without a gate.
  manager.add(...reflectors, guard);
  manager.add(targets);
  manager.add(witness, accountKeys);
  manager.add(admission, sidecarApi);
  manager.add(...servedCertificates(config, { client, certificates, clock, log }));
  // Two that write one field would take it from each other for ever.
  if (!config.tls.injectedCaBundle) {
    const { webhooks } = config;
    manager.add(new CaBundleKeeper({ client, certificates, webhooks, optional: VOTE_WEBHOOK, clock, log }));
  }
  const copies = createCopies({ config, env, caches, registry, log });
  if (copies !== undefined) manager.add(copies);
  const { notifications } = config;
  const told = new Notifications({
    ...{ caches, client, events, registry, metrics, clock, log },
    channels: createChannels(notifications),
    routes: routesOf(notifications),
  });
  manager.add(controllers.servers, controllers.packs, controllers.approvals, controllers.grants, told);
  return manager;
}

interface CertificatesParts extends Pick<OperatorOptions, 'config' | 'client' | 'log'> {
  readonly registry: Registry;
  readonly events: EventRecorder;
}

function createCertificates({ config, client, registry, events, log }: CertificatesParts): Certificates {
  const { namespace, serviceName, clusterDomain, tls } = config;
  const dnsNames = dnsNamesOf({ name: serviceName, namespace, clusterDomain });
  const house = createHouseSecret(tls.secretName, { client, namespace, dnsNames, events, log });
  return new Certificates({ client, namespace, dnsNames, clock, log, registry, house });
}

interface CopiesParts extends Required<Pick<OperatorOptions, 'config' | 'env' | 'log'>> {
  readonly caches: Caches;
  readonly registry: Registry;
}

/** Throws an Error that says what is missing of the keys of the bucket. */
function createCopies({ config, env, caches, registry, log }: CopiesParts): WitnessCopies | undefined {
  const place = config.witness.bucket;
  if (place === undefined) return undefined;
  const bucket = new Bucket(place, bucketCredentials(env));
  return new WitnessCopies({
    caches,
    bucket,
    clock,
    everyMs: place.every,
    retainForMs: place.retainFor,
    registry,
    log,
  });
}

function injectionSettings({ sidecar, serviceName, namespace, archive }: OperatorConfig): InjectionSettings {
  const archiveUrl = archive.enabled ? `https://${ARCHIVE_SERVICE}.${namespace}.svc:${ARCHIVE_PORT}` : undefined;
  return { ...sidecar, operatorUrl: `https://${serviceName}.${namespace}.svc:${SIDECAR_API_PORT}`, archiveUrl };
}

function leadership({ config, client, metrics, log, identity }: OperatorOptions): { leadership?: LeaderElection } {
  if (!config.leaderElection) return {};
  const { namespace } = config;
  return { leadership: new LeaderElection({ client, namespace, name: LEASE, identity, log, metrics, clock }) };
}
