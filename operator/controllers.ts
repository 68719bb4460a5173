/** The four controllers, with what they remember between two looks, and their triggers. */
import type { Logger } from 'pino';
import type { PolicyRevisions } from './approvals/revisions.ts';
import { CollectPace } from './approvals/collect-pace.ts';
import type { ApprovalMetrics } from './approvals/metrics.ts';
import { reconcileApproval } from './approvals/reconcile.ts';
import type { Requesters } from './approvals/requesters.ts';
import type { Caches } from './caches.ts';
import type { OperatorConfig } from './config.ts';
import type { DefinitionPins } from './definitions/service.ts';
import type { InjectionSettings } from './injection/render.ts';
import type { Trust } from './installation/trust.ts';
import type { ApiClient } from './kit/api-client.ts';
import type { Timers } from './kit/clock.ts';
import { Controller, type Reconcile } from './kit/controller.ts';
import type { EventRecorder } from './kit/events.ts';
import type { ControllerMetrics } from './kit/metrics.ts';
import { OwnWrites } from './kit/own-writes.ts';
import { Delivery } from './mcpserver/delivery.ts';
import { Knocker } from './mcpserver/knock.ts';
import { ownedKinds } from './mcpserver/owned-kinds.ts';
import { reconcileServer } from './mcpserver/reconcile.ts';
import { OwnedSet } from './owned-set.ts';
import { reconcileGrant } from './grants/reconcile.ts';
import { reconcilePack } from './policypack/reconcile.ts';
import type { ServiceAccountKeyMirror } from './service-account-keys/mirror.ts';
import { connect } from './triggers.ts';

export interface ControllerParts {
  readonly config: OperatorConfig;
  readonly client: ApiClient;
  readonly caches: Caches;
  readonly events: EventRecorder;
  readonly injection: InjectionSettings;
  /** Certificates that sidecars may trust the operator by, as PEM. */
  readonly operatorCa: () => string;
  readonly accountKeys: ServiceAccountKeyMirror;
  readonly trust: Trust;
  readonly definitions: DefinitionPins;
  readonly requesters: Requesters;
  readonly revisions: PolicyRevisions;
  readonly metrics: ControllerMetrics;
  readonly approvalMetrics: ApprovalMetrics;
  readonly clock: Timers;
  readonly log: Logger;
}

/** Most of a reconciliation is waiting for the API server. */
const WORKERS = 8;

export function createControllers(
  parts: ControllerParts,
): Record<'servers' | 'packs' | 'approvals' | 'grants', Controller> {
  const { config, client, caches, events, injection, operatorCa, trust, definitions, requesters, metrics, clock, log } =
    parts;
  const { namespace: rootNamespace, clusterDomain } = config;
  const shared = { caches, client, events, clock };
  const owned = new OwnedSet(client);
  const remembered = {
    owned,
    delivery: new Delivery(client, owned, clock),
    writes: new OwnWrites(),
    knocker: new Knocker(clock),
  };
  const server = {
    ...shared,
    ...remembered,
    kinds: ownedKinds(caches, config.run.enabled),
    rootNamespace,
    clusterDomain,
    injection,
    operatorCa,
    accountKeys: parts.accountKeys,
    definitions,
  };
  const pack = { ...shared, rootNamespace, channels: config.notifications.channels.map(({ name }) => name) };
  // What is settled goes at one pace, whatever it is.
  const settled = { keepSettledForMs: config.approvals.keepSettledFor, pace: new CollectPace(clock) };
  const approval = { ...shared, ...settled, trust, definitions, requesters, metrics: parts.approvalMetrics };
  const grant = { ...shared, ...settled, trust, requesters, revisions: parts.revisions };
  const controller = (name: string, reconcile: Reconcile): Controller =>
    new Controller({ name, workers: WORKERS, reconcile, log, metrics });
  const controllers = {
    servers: controller('mcpserver', (ref) => reconcileServer(ref, server)),
    packs: controller('policypack', (ref) => reconcilePack(ref, pack)),
    approvals: controller('approvalrequest', (ref) => reconcileApproval(ref, approval)),
    grants: controller('approvalgrant', (ref) => reconcileGrant(ref, grant)),
  };
  connect(caches, controllers, rootNamespace);
  caches.servers.onChange(({ type, object: { metadata } }) => {
    if (type !== 'deleted') return;
    for (const memory of [remembered.delivery, remembered.owned, remembered.writes]) memory.forget(metadata.uid);
  });
  caches.pods.onChange(({ type, object: { metadata } }) => {
    if (type === 'deleted') remembered.delivery.forget(metadata.uid);
  });
  return controllers;
}
