/**
 * How the kinds that run MCP servers say where these are: pure, one row a kind. Read from their public definitions: what a controller
 * names its Deployment, and where in its object the port and the path of the server stand.
 */
import { type TargetKind, targetKindOf, type TargetRef } from '../../core/api/target-ref.ts';
import { defineResource, type RawObject, type Resource } from '../kit/resource.ts';

/** What runs the pods, and has the selector. */
export interface Runner {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly name: string;
}

export interface Adapter {
  readonly plural: string;
  readonly runner: (name: string, object: RawObject) => Runner;
  /** Container port; undefined: the object does not say. */
  readonly port: (object: RawObject) => number | undefined;
  /** Of its MCP endpoint; undefined: as ours is by default. */
  readonly path: (object: RawObject) => string | undefined;
}

type Named<Known> = Known extends TargetKind ? `${Known['group']} ${Known['kind']}` : never;

const adapters: Readonly<Record<Named<TargetKind>, Adapter>> = {
  'apps Deployment': {
    plural: 'deployments',
    runner: (name) => ({ kind: 'Deployment', name }),
    port: () => undefined,
    path: () => undefined,
  },
  'apps StatefulSet': {
    plural: 'statefulsets',
    runner: (name) => ({ kind: 'StatefulSet', name }),
    port: () => undefined,
    path: () => undefined,
  },
  // kubernetes-sigs/mcp-lifecycle-operator: its status says what it made; it has the name of its server.
  'mcp.x-k8s.io MCPServer': {
    plural: 'mcpservers',
    runner: (name, object) => ({ kind: 'Deployment', name: objectName(object, 'status', 'deploymentName') ?? name }),
    port: (object) => number(object, 'spec', 'config', 'port'),
    path: (object) => text(object, 'spec', 'config', 'path'),
  },
  // kmcp: a stdio server is behind an adapter in its own container, which serves /mcp on the same port.
  'kagent.dev MCPServer': {
    plural: 'mcpservers',
    runner: (name) => ({ kind: 'Deployment', name }),
    port: (object) =>
      (text(object, 'spec', 'transportType') === 'http'
        ? number(object, 'spec', 'httpTransport', 'targetPort')
        : undefined) ?? number(object, 'spec', 'deployment', 'port'),
    path: (object) =>
      text(object, 'spec', 'transportType') === 'http' ? text(object, 'spec', 'httpTransport', 'path') : undefined,
  },
  // ToolHive: clients reach its proxy, in a Deployment of the server's name; behind it the server itself is in a StatefulSet.
  'toolhive.stacklok.dev MCPServer': {
    plural: 'mcpservers',
    runner: (name) => ({ kind: 'Deployment', name }),
    port: (object) => number(object, 'spec', 'proxyPort') ?? number(object, 'spec', 'port') ?? 8080,
    path: () => undefined,
  },
};

export interface KnownTarget extends Adapter {
  readonly group: TargetKind['group'];
  readonly resource: Resource<RawObject>;
}

/** Undefined: nothing that is known here. */
export function adapterOf(ref: TargetRef): KnownTarget | undefined {
  const known = targetKindOf(ref);
  if (known === undefined) return undefined;
  const adapter = adapters[`${known.group} ${known.kind}` as Named<TargetKind>];
  return {
    ...adapter,
    group: known.group,
    resource: defineResource(ref.apiVersion, ref.kind, adapter.plural),
  };
}

function at(object: RawObject, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
    object,
  );
}

function text(object: RawObject, ...path: string[]): string | undefined {
  const value = at(object, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** RFC 1123 §2.1, as Kubernetes has it for Deployments. */
const OBJECT_NAME = /^[a-z0-9][-a-z0-9.]{0,252}$/;

/** What is no name cannot be one of an object, and would be asked for and shown to people. */
function objectName(object: RawObject, ...path: string[]): string | undefined {
  const name = text(object, ...path);
  return name !== undefined && OBJECT_NAME.test(name) ? name : undefined;
}

function number(object: RawObject, ...path: string[]): number | undefined {
  const value = at(object, path);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
