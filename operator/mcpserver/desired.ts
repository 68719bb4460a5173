/** The objects that a server needs, as they should be. Pure: what is made of a spec can be read here without a cluster. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import type { ServerService } from '../../core/api/server-service.ts';
import type { RawObject } from '../kit/resource.ts';
import { ownerReference } from '../kit/owner.ts';
import { FURTHER_GATE_PORTS, LABEL, MANAGED_BY, OPERATOR_CA_KEY, policyConfigMapName, SIDECAR_PORT } from '../names.ts';
import type { Labels } from '../labels.ts';
import type { Wanted } from '../owned-set.ts';
import { defaultServicePort, furtherEndpointsOf, placementOf, speaksTls } from '../placement.ts';
import type { OwnedKinds } from './owned-kinds.ts';

type Run = NonNullable<MCPServer['spec']['run']>;

export type Desired = Wanted['object'];

/** Everything but the policy, which is delivered at a pace of its own; nothing for a server that has no pods here. */
export function desiredObjects(owner: RawObject, { spec }: MCPServer, kinds: OwnedKinds): Wanted[] {
  const placement = placementOf(owner);
  if (placement.gate === 'none') return [];
  const { owned, selector } = placement;
  const service = { kind: kinds.service, object: desiredService(owner, owned.service, selector, spec.service) };
  const services = spec.service?.create === false ? [] : [service];
  if (spec.run === undefined || kinds.deployment === undefined) return services;
  return [...services, { kind: kinds.deployment, object: desiredDeployment(owner, spec.run) }];
}

/** The stable URL. By number, since it has to reach the gate also in pods whose ports have no names. */
export function desiredService(owner: RawObject, name: string, selector: Labels, service?: ServerService): Desired {
  const { sessionAffinity = 'None' } = service ?? {};
  const further = furtherEndpointsOf(owner).map(({ name: portName }) => portName);
  const firstPort = defaultServicePort(owner);
  const ports = service?.ports ?? ['mcp', ...further].map((portName, at) => ({ name: portName, port: firstPort + at }));
  return {
    metadata: metadataOf(owner, name),
    spec: {
      type: 'ClusterIP',
      selector,
      // Both address families where the cluster has them; one where it has one.
      ipFamilyPolicy: 'PreferDualStack',
      sessionAffinity,
      ports: ports.map(({ name: portName, port }) => ({
        name: portName,
        port,
        // Of the name of a further port, it is that one's.
        targetPort: FURTHER_GATE_PORTS[further.indexOf(portName)]?.gatePort ?? SIDECAR_PORT,
        protocol: 'TCP',
        appProtocol: speaksTls(owner) ? 'https' : 'http',
      })),
    },
  };
}

/** `files`: bundles by file name. */
export function policyData(files: Readonly<Record<string, string>>, operatorCa: string): Record<string, string> {
  return { ...files, [OPERATOR_CA_KEY]: operatorCa };
}

export function desiredPolicyConfigMap(owner: RawObject, data: Record<string, string>): Desired {
  return { metadata: metadataOf(owner, policyConfigMapName(owner.metadata.name)), data };
}

/** Pods that meet the restricted Pod Security Standard; the label makes admission refuse them without a gate. */
export function desiredDeployment(owner: RawObject, run: Run): Desired {
  const { name } = owner.metadata;
  const labels = { 'app.kubernetes.io/name': name, [LABEL.server]: name, [LABEL.managedBy]: MANAGED_BY };
  return {
    metadata: metadataOf(owner, name),
    spec: {
      // Unset, it is nobody's until somebody scales: what is not applied is not ours (KEP-555).
      ...optional('replicas', run.replicas),
      selector: { matchLabels: { [LABEL.server]: name } },
      template: {
        metadata: { labels: { ...labels, [LABEL.inject]: 'true' } },
        spec: {
          ...optional('serviceAccountName', run.serviceAccountName),
          ...optional('imagePullSecrets', run.imagePullSecrets),
          automountServiceAccountToken: run.serviceAccountName !== undefined,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [serverContainer(run)],
        },
      },
    },
  };
}

function serverContainer(run: Run): object {
  return {
    name: 'server',
    image: run.image,
    ...optional('imagePullPolicy', run.imagePullPolicy),
    ...optional('command', run.command),
    ...optional('args', run.args),
    ...optional('env', run.env),
    ...optional('resources', run.resources),
    ports: [{ name: 'mcp', containerPort: run.port, protocol: 'TCP' }],
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function metadataOf(owner: RawObject, name: string): Desired['metadata'] {
  const { namespace } = owner.metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { [LABEL.managedBy]: MANAGED_BY, [LABEL.server]: owner.metadata.name },
    ownerReferences: [ownerReference(owner)],
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}
