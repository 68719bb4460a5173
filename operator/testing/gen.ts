/** Objects for tests, with everything a test does not care about filled in. */
import type { StoredRequest } from '../custom-resources.ts';
import { Caches } from '../caches.ts';
import type { RawObject } from '../kit/resource.ts';
import { ANNOTATION, POD_CONDITION, SIDECAR_ADMIN_PORT, SIDECAR_CONTAINER, SIDECAR_PORT } from '../names.ts';
import type { Pod, PodCondition } from '../pod.ts';

const API_VERSION = 'sallyport.dev/v1alpha1';
let uids = 0;

interface Meta {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  generation?: number;
  uid?: string;
}

function metadata({ name = 'ledger', namespace = 'finance', uid = `uid-${uids++}`, ...rest }: Meta = {}) {
  return { name, namespace, uid, generation: 1, resourceVersion: String(uids++), ...rest };
}

export function mcpServer({ spec, status, ...meta }: Meta & { spec?: object; status?: object } = {}): RawObject {
  const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' };
  return {
    apiVersion: API_VERSION,
    kind: 'MCPServer',
    metadata: metadata(meta),
    spec: { workload, ...spec },
    ...(status === undefined ? {} : { status: { ...status } }),
  };
}

export function policyPack({ spec, ...meta }: Meta & { spec?: object } = {}): RawObject {
  return {
    apiVersion: API_VERSION,
    kind: 'PolicyPack',
    metadata: metadata({ name: 'payments', ...meta }),
    spec: { tools: [{ names: ['get_*'], effect: 'Allow' }], ...spec },
  };
}

export interface PodOptions extends Meta {
  /** The server whose gate it carries; null: none. */
  gateOf?: string | null;
  ready?: boolean;
  enforces?: string;
  conditions?: PodCondition[];
  loopbackOnly?: boolean;
  annotations?: Record<string, string>;
  owner?: { kind: string; name: string; apiVersion?: string };
  record?: object;
  ip?: string;
}

export function pod(options: PodOptions = {}): Pod {
  const { gateOf = 'ledger', ready = true, enforces, loopbackOnly, ip = '10.244.0.5', owner } = options;
  const record = {
    version: '0.1.0',
    image: 'sidecar',
    settings: 'none',
    container: 'app',
    port: 9000,
    moved: [{ container: 'app', port: 9000, name: 'mcp' }],
    ...options.record,
  };
  const conditions: PodCondition[] = [
    { type: 'Ready', status: ready ? 'True' : 'False' },
    ...(options.conditions ?? []),
  ];
  if (enforces !== undefined) conditions.push({ type: POD_CONDITION.enforced, status: 'True', message: enforces });
  if (loopbackOnly !== undefined)
    conditions.push({ type: POD_CONDITION.loopbackOnly, status: loopbackOnly ? 'True' : 'False' });
  const { name = 'ledger-1', labels = { app: 'ledger' }, namespace = 'finance' } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata({ name, namespace, labels, ...(options.uid === undefined ? {} : { uid: options.uid }) }),
      annotations: {
        ...(gateOf === null ? {} : { [ANNOTATION.server]: gateOf, [ANNOTATION.injected]: JSON.stringify(record) }),
        ...options.annotations,
      },
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', uid: 'owner', controller: true, ...owner }] }),
    },
    spec: {
      // The gate takes the name over.
      containers: [
        { name: 'app', ports: [gateOf === null ? { name: 'mcp', containerPort: 9000 } : { containerPort: 9000 }] },
      ],
      ...(gateOf === null
        ? {}
        : {
            initContainers: [
              {
                name: SIDECAR_CONTAINER,
                restartPolicy: 'Always',
                ports: [
                  { name: 'mcp', containerPort: SIDECAR_PORT },
                  { name: 'sallyport-admin', containerPort: SIDECAR_ADMIN_PORT },
                ],
              },
            ],
          }),
    },
    status: { phase: 'Running', podIP: ip, conditions },
  };
}

export function approvalRequest({
  spec,
  call,
  status,
  createdAt = '2026-11-21T10:00:00Z',
  ...meta
}: Meta & { spec?: object; call?: object; status?: object; createdAt?: string } = {}): StoredRequest {
  return {
    apiVersion: API_VERSION,
    kind: 'ApprovalRequest',
    metadata: { ...metadata({ name: 'ledger-transfer-1', ...meta }), creationTimestamp: createdAt },
    spec: {
      server: 'ledger',
      subject: {
        type: 'Call',
        call: { method: 'tools/call', tool: 'transfer', preview: {}, digest: `sha256:${'d'.repeat(64)}`, ...call },
      },
      principal: { name: 'billing-agent', groups: [] },
      reason: 'transfers need a person',
      rule: 'finance/payments#transfer',
      revision: REVISION,
      expiresAt: '2026-11-21T10:15:00Z',
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  } as StoredRequest;
}

/** The same about what a server says of a tool. */
export function definitionRequest({
  definition,
  ...options
}: Parameters<typeof approvalRequest>[0] & { definition?: object } = {}): StoredRequest {
  const request = approvalRequest({ name: 'ledger-add-1', ...options });
  const subject = {
    type: 'Definition',
    definition: {
      kind: 'tool',
      name: 'add',
      change: 'Changed',
      digest: `sha256:${'d'.repeat(64)}`,
      findings: [],
      diff: [],
      ...definition,
    },
  };
  return { ...request, spec: { ...request.spec, subject } } as unknown as StoredRequest;
}

export const REVISION = `sha256:${'a'.repeat(64)}`;

/** Caches as they are after a sync. */
export function cachesWith(...objects: object[]): Caches {
  const caches = new Caches();
  const stores: Record<string, { set(object: never): void }> = {
    MCPServer: caches.servers,
    PolicyPack: caches.packs,
    ApprovalRequest: caches.approvals,
    Pod: caches.pods,
    Service: caches.services,
    Namespace: caches.namespaces,
    ConfigMap: caches.configMaps,
    Deployment: caches.deployments,
  };
  for (const object of objects) stores[(object as { kind: string }).kind]?.set(object as never);
  return caches;
}
