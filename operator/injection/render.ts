/**
 * render(…) → the sidecar and its volumes: pure.
 *
 * What the API server would fill in by itself is written out, so that a second look at the same pod finds what the first one wrote.
 */
import { parseQuantity } from '../../core/quantity.ts';
import type { MCPServer } from '../../core/api/mcp-server.ts';
import {
  OPERATOR_CA_KEY,
  policyConfigMapName,
  SIDECAR_ADMIN_PORT,
  SIDECAR_CONTAINER,
  SIDECAR_PORT,
  TOKEN_AUDIENCE,
  VOLUME,
} from '../names.ts';
import { type Endpoint, upstreamUrl } from '../placement.ts';
import { endingEnv, type PodEnding } from './ending.ts';
import { gateResources, type Resources } from './gate-resources.ts';
import type { RawContainer, RawPort, RawVolume } from './pod.ts';
import { type MovedProbe, probesVariable } from './probes.ts';
import { type FurtherPort, furtherPortsEnv } from './further-ports.ts';
import { credentialSources, credentialVolume } from './credentials.ts';
import { passthroughEnv } from './passthrough-env.ts';
import { type TelemetrySettings, telemetryEnv } from './telemetry-env.ts';

export interface InjectionSettings {
  readonly image: string;
  readonly imagePullPolicy: string;
  /** Names of Secrets to fetch it with, in the namespace of each pod. */
  readonly imagePullSecrets?: readonly string[];
  /** Where else than in its own repository the image may come from, once others have rewritten it. */
  readonly repositories?: readonly string[];
  readonly resources: Resources;
  /** Null where the platform chooses (OpenShift gives every namespace a range of its own). */
  readonly runAsUser: number | null;
  readonly logLevel: string;
  /** Where sidecars reach the operator, such as https://sallyport-operator.sallyport-system.svc:8443. */
  readonly operatorUrl: string;
  /** Where they bring their audit records; undefined: they keep them. */
  readonly archiveUrl?: string | undefined;
  readonly stateSizeLimit: string;
  /** Audit lines go to standard output as well. */
  readonly auditToStdout?: boolean;
  /** Where they send traces, metrics and audit records; undefined: nowhere. */
  readonly telemetry?: TelemetrySettings | undefined;
}

export interface Overlay {
  readonly container: RawContainer;
  readonly volumes: readonly RawVolume[];
  readonly pullSecrets: readonly string[];
}

export interface RenderInput {
  readonly namespace: string;
  readonly server: MCPServer;
  readonly port: number;
  /** The port names that the sidecar takes over. */
  readonly portNames: readonly string[];
  readonly path: Endpoint['path'];
  /** More MCP ports of the server. */
  readonly further?: readonly FurtherPort[] | undefined;
  /** Of its pod; most are as usual. */
  readonly ending?: PodEnding | undefined;
  /** The probes that the kubelet asks the gate for. */
  readonly probes?: readonly MovedProbe[] | undefined;
  readonly settings: InjectionSettings;
}

/** Its name where the server's port has none to take over. */
const DEFAULT_PORT_NAME = 'sallyport-mcp';
const ADMIN_PORT_NAME = 'sallyport-admin';

const POLICY_DIR = '/etc/sallyport/policy';
const CLIENTS_DIR = '/etc/sallyport/clients';
const REVOCATIONS_DIR = '/etc/sallyport/revocations';
const CREDENTIALS_DIR = '/etc/sallyport/credentials';
const TLS_DIR = '/etc/sallyport/tls';
const STATE_DIR = '/var/lib/sallyport';
const TOKEN_DIR = '/var/run/secrets/sallyport.dev';

/** Where Kubernetes mounts the token of the pod's ServiceAccount into every container that mounts nothing there itself. */
const API_TOKEN_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/** 0644, which is what the API server would write. */
const DEFAULT_MODE = 420;
/** The kubelet renews it at 80 % of this. */
const TOKEN_SECONDS = 3600;

export function render(input: RenderInput): Overlay {
  const { tokens, revocations, tls } = input.server.spec.access ?? {};
  const secrets = [
    ...secretOf(VOLUME.clients, tokens, 'SALLYPORT_TOKENS_DIR', CLIENTS_DIR),
    ...secretOf(VOLUME.revocations, revocations, 'SALLYPORT_REVOCATIONS_DIR', REVOCATIONS_DIR),
    ...secretOf(VOLUME.tls, tls, 'SALLYPORT_TLS_DIR', TLS_DIR),
  ];
  return {
    container: renderContainer(input, secrets),
    volumes: renderVolumes(input, secrets),
    pullSecrets: input.settings.imagePullSecrets ?? [],
  };
}

/** A Secret of the namespace that the sidecar alone mounts, and the variable that says where. */
interface MountedSecret {
  readonly volume: string;
  readonly secretName: string;
  readonly variable: string;
  readonly directory: string;
}

function secretOf(
  volume: string,
  named: { readonly secretName?: string | undefined } | undefined,
  env: string,
  directory: string,
): MountedSecret[] {
  return named?.secretName === undefined ? [] : [{ volume, secretName: named.secretName, variable: env, directory }];
}

function renderContainer(input: RenderInput, secrets: readonly MountedSecret[]) {
  const { namespace, server, port, portNames, path, further = [], ending = {}, probes = [], settings } = input;
  const { gate = {} } = server.spec;
  const credentials = credentialSources(server);
  return {
    name: SIDECAR_CONTAINER,
    image: settings.image,
    imagePullPolicy: settings.imagePullPolicy,
    // What makes an init container a native sidecar (KEP-753): it starts before the server, ends after it, and Jobs complete.
    restartPolicy: 'Always',
    env: [
      variable('SALLYPORT_UPSTREAM', upstreamUrl(port, path)),
      variable('SALLYPORT_SERVER', `${namespace}/${server.metadata.name}`),
      variable('SALLYPORT_BUNDLE_DIR', POLICY_DIR),
      ...secrets.map((secret) => variable(secret.variable, secret.directory)),
      ...(credentials.length > 0 ? [variable('SALLYPORT_CREDENTIALS_DIR', CREDENTIALS_DIR)] : []),
      variable('SALLYPORT_STATE_DIR', STATE_DIR),
      variable('SALLYPORT_AUDIT_SIZE', String(auditBytes(settings.stateSizeLimit))),
      variable('SALLYPORT_OPERATOR_URL', settings.operatorUrl),
      variable('SALLYPORT_OPERATOR_CA', `${POLICY_DIR}/${OPERATOR_CA_KEY}`),
      variable('SALLYPORT_OPERATOR_TOKEN', `${TOKEN_DIR}/token`),
      ...(settings.archiveUrl === undefined ? [] : [variable('SALLYPORT_ARCHIVE_URL', settings.archiveUrl)]),
      { name: 'SALLYPORT_POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
      { name: 'SALLYPORT_POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIPs' } } },
      ...(probes.length === 0 ? [] : [variable('SALLYPORT_PROBES', probesVariable(probes))]),
      ...passthroughEnv(server),
      ...furtherPortsEnv(further),
      variable('SALLYPORT_LOG_LEVEL', gate.logLevel ?? settings.logLevel),
      ...endingEnv(ending),
      ...(settings.auditToStdout === true ? [variable('SALLYPORT_AUDIT_STDOUT', 'true')] : []),
      ...(settings.telemetry === undefined ? [] : telemetryEnv(namespace, settings.telemetry)),
    ],
    ports: [
      ...(portNames.length === 0 ? [DEFAULT_PORT_NAME] : portNames).map((name) => tcp(name, SIDECAR_PORT)),
      ...further.flatMap(({ portNames: names, gatePort }, index) =>
        (names.length === 0 ? [`${DEFAULT_PORT_NAME}-${index + 1}`] : names).map((name) => tcp(name, gatePort)),
      ),
      tcp(ADMIN_PORT_NAME, SIDECAR_ADMIN_PORT),
    ],
    // Until it succeeds the server is not started: a minute for an image that starts in well under a second.
    startupProbe: probe('/healthz', { periodSeconds: 1, failureThreshold: 60 }),
    readinessProbe: probe('/readyz', { periodSeconds: 2, failureThreshold: 3 }),
    livenessProbe: probe('/healthz', { periodSeconds: 10, failureThreshold: 3 }),
    // Runs when the deletion starts, long before SIGTERM, which a native sidecar gets after the last main container has gone.
    lifecycle: { preStop: { exec: { command: ['node', '/app/sidecar.mjs', 'drain'] } } },
    resources: gateResources(settings.resources, gate.resources),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      ...(settings.runAsUser === null ? {} : { runAsUser: settings.runAsUser }),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      mount(VOLUME.policy, POLICY_DIR, true),
      ...secrets.map(({ volume, directory }) => mount(volume, directory, true)),
      ...(credentials.length > 0 ? [mount(VOLUME.credentials, CREDENTIALS_DIR, true)] : []),
      mount(VOLUME.token, TOKEN_DIR, true),
      mount(VOLUME.state, STATE_DIR, false),
      // The gate has no business with the Kubernetes API, so something harmless lies where the API server mounts the token of
      // the pod's ServiceAccount. Without it that mount would come after us, and we would be asked again to take it out.
      mount(VOLUME.policy, API_TOKEN_DIR, true),
    ],
  };
}

function renderVolumes({ server, settings }: RenderInput, secrets: readonly MountedSecret[]): RawVolume[] {
  // Optional, so that the sidecar starts and says that it has no policy instead of hanging in ContainerCreating.
  const optional = { defaultMode: DEFAULT_MODE, optional: true };
  return [
    { name: VOLUME.policy, configMap: { name: policyConfigMapName(server.metadata.name), ...optional } },
    ...secrets.map(({ volume, secretName }) => ({ name: volume, secret: { secretName, ...optional } })),
    ...credentialVolume(server),
    {
      name: VOLUME.token,
      projected: {
        defaultMode: DEFAULT_MODE,
        sources: [
          { serviceAccountToken: { audience: TOKEN_AUDIENCE, expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        ],
      },
    },
    { name: VOLUME.state, emptyDir: { sizeLimit: settings.stateSizeLimit } },
  ];
}

/** The kubelet evicts a pod whose volume is over its limit, so a quarter of it is never used. */
function auditBytes(stateSizeLimit: string): number {
  return Math.floor((parseQuantity(stateSizeLimit) * 3) / 4);
}

function variable(name: string, value: string) {
  return { name, value };
}

function tcp(name: string, containerPort: number): RawPort {
  return { name, containerPort, protocol: 'TCP' };
}

function mount(name: string, mountPath: string, readOnly: boolean) {
  return readOnly ? { name, mountPath, readOnly } : { name, mountPath };
}

function probe(path: string, times: { periodSeconds: number; failureThreshold: number }) {
  const httpGet = { path, port: SIDECAR_ADMIN_PORT, scheme: 'HTTP' };
  return { httpGet, timeoutSeconds: 1, successThreshold: 1, ...times };
}
