/**
 * MCPServers of other projects as their public definitions have them: those fields by which one finds where a server runs, and whatever
 * else they hold; and the Deployment and the Service that the controller of each makes.
 */
import type { KubeObject } from '../../operator/kit/resource.ts';
import { NEIGHBOURS, neighbourCrd } from './neighbours.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
const object = (properties: Schema): Schema => ({
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  properties,
});

const SCHEMAS: Readonly<Record<string, Schema>> = {
  'mcp.x-k8s.io': object({
    spec: object({ config: object({ port, path: { ...text, default: '/mcp' } }) }),
    status: object({ deploymentName: text, serviceName: text }),
  }),
  'kagent.dev': object({
    spec: object({
      transportType: { type: 'string', enum: ['stdio', 'http'] },
      deployment: object({ image: text, port: { type: 'integer' } }),
      httpTransport: object({ targetPort: { type: 'integer', format: 'int32' }, path: text }),
    }),
  }),
  'toolhive.stacklok.dev': object({
    spec: object({ image: text, transport: text, proxyPort: { ...port, default: 8080 } }),
  }),
};

/** With the fields of the definition, for the groups above. */
export function targetCrd(group: string): KubeObject {
  const neighbour = NEIGHBOURS.find((candidate) => candidate.group === group);
  const schema = SCHEMAS[group];
  if (neighbour === undefined || schema === undefined) throw new Error(`no definition of ${group} is here`);
  const crd = neighbourCrd(neighbour) as KubeObject & { spec: { versions: { schema: object }[] } };
  for (const version of crd.spec.versions) version.schema = { openAPIV3Schema: schema };
  return crd;
}

interface Made {
  readonly object: KubeObject & { spec: object };
  readonly deployment: KubeObject & { spec: { template: { metadata: { labels: Record<string, string> } } } };
  readonly service: KubeObject;
}

interface Shape {
  readonly apiVersion: string;
  readonly spec: object;
  /** Of its pods, and the selector of Deployment and Service. */
  readonly labels: Record<string, string>;
  readonly service: string;
  readonly port: number;
  /** As the container declares it; none: it declares nothing. */
  readonly declares?: { readonly name: string };
}

function shapeOf(group: string, name: string, port_: number): Shape {
  switch (group) {
    case 'mcp.x-k8s.io':
      return {
        apiVersion: 'mcp.x-k8s.io/v1beta1',
        spec: { source: { type: 'ContainerImage' }, config: { port: port_ } },
        labels: { app: 'mcp-server', 'mcp-server': name },
        service: name,
        port: port_,
        declares: { name: 'mcp' },
      };
    case 'kagent.dev':
      return {
        apiVersion: 'kagent.dev/v1alpha1',
        spec: {
          transportType: 'http',
          deployment: { image: 'ledger:1', port: port_ },
          httpTransport: { targetPort: port_ },
        },
        labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name },
        service: name,
        port: port_,
      };
    default:
      return {
        apiVersion: 'toolhive.stacklok.dev/v1beta1',
        spec: { image: 'ledger:1', transport: 'streamable-http', proxyPort: port_ },
        labels: { app: 'mcpserver', 'app.kubernetes.io/instance': name, toolhive: 'true', 'toolhive-name': name },
        service: `mcp-${name}-proxy`,
        port: port_,
        declares: { name: 'http' },
      };
  }
}

/** What a person applies, and what the controller of that project makes of it. */
export function asMadeBy(group: string, at: { namespace: string; name: string; port: number }, pod: object = {}): Made {
  const { namespace, name } = at;
  const { apiVersion, spec, labels, service, port: number, declares } = shapeOf(group, name, at.port);
  const ports = declares === undefined ? {} : { ports: [{ ...declares, containerPort: number }] };
  const container = { name: 'mcp-server', image: 'ledger:1', ...ports, ...pod };
  const metadata = { namespace, name };
  return {
    object: { apiVersion, kind: 'MCPServer', metadata, spec },
    deployment: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    } as Made['deployment'],
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: service },
      spec: { selector: labels, ports: [{ name: 'http', port: number, targetPort: number }] },
    } as Made['service'],
  };
}
