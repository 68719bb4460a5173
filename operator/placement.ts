/**
 * Where a server stands in its cluster: which pods are its own and which of them its gate guards, what that gate speaks to, and what the
 * operator makes for it. Pure, and the one answer: admission, the controllers, the sidecar API and the finding of Services ask here.
 */
import { MCP_PATH } from '../core/api/passthrough.ts';
import { type Labels, matchesLabels } from './labels.ts';
import { ANNOTATION, LABEL, policyConfigMapName, SERVICE_PORT, SIDECAR_CONTAINER, TLS_SERVICE_PORT } from './names.ts';

/** A server as it was read or as it is stored: also one that is not valid, so that its pods do not count as nobody's. */
export interface Placeable {
  readonly metadata: { readonly namespace?: string; readonly name: string };
  readonly spec?: unknown;
}

/** Where in its pod a server listens. */
export interface Endpoint {
  /** Container port, by number or name. */
  readonly port: number | string;
  /** Such as `/mcp`. */
  readonly path: string;
}

/** One of `workload.ports`. */
export interface FurtherEndpoint extends Endpoint {
  readonly name: string;
}

/** Names of what the operator makes for every server with pods, in its namespace. */
export interface OwnedNames {
  readonly service: string;
  readonly policy: string;
}

export interface InPods {
  readonly gate: 'injected';
  /** Labels of its pods. Empty where the spec does not say: it has none, since nobody means every pod of a namespace. */
  readonly selector: Labels;
  readonly endpoint: Endpoint;
  readonly owned: OwnedNames;
}

/** Behind a URL or a command: there is no pod to put a gate into. */
export interface Elsewhere {
  readonly gate: 'none';
}

/** A gate that stands alone, before a server without pods here, would be a third member. */
export type Placement = InPods | Elsewhere;

interface Spec {
  readonly workload?: Partial<Endpoint> & {
    readonly selector?: { readonly matchLabels?: Labels };
    readonly ports?: readonly (Partial<FurtherEndpoint> | null)[];
  };
  readonly run?: Partial<Endpoint>;
  readonly access?: { readonly tls?: object };
  readonly service?: { readonly name?: string; readonly ports?: readonly { readonly port: number }[] };
}

export function placementOf({ metadata: { name }, spec }: Placeable): Placement {
  const { workload, run, service } = (spec ?? {}) as Spec;
  const pods = workload ?? run;
  if (pods === undefined) return { gate: 'none' };
  const { port = '', path = '/' } = pods;
  return {
    gate: 'injected',
    selector: workload === undefined ? { [LABEL.server]: name } : (workload.selector?.matchLabels ?? {}),
    endpoint: { port, path },
    owned: { service: service?.name ?? name, policy: policyConfigMapName(name) },
  };
}

/** Where in its pods a server listens; undefined where it has no pods. */
export function endpointOf(server: Placeable): Endpoint | undefined {
  const placement = placementOf(server);
  return placement.gate === 'none' ? undefined : placement.endpoint;
}

/** Where else in its pods a server listens; none as a rule. */
export function furtherEndpointsOf({ spec }: Placeable): FurtherEndpoint[] {
  const { ports } = ((spec ?? {}) as Spec).workload ?? {};
  return (Array.isArray(ports) ? ports : []).map((one) => {
    const { name = '', port = '', path = '/' } = one ?? {};
    return { name, port, path };
  });
}

/** Labels by which the pods of a server are found; none where it has no pods. */
export function selectorOf(server: Placeable): Labels {
  const placement = placementOf(server);
  return placement.gate === 'none' ? {} : placement.selector;
}

/** Whether a pod of the server's namespace, with these labels, is one of its pods. */
export function isPodOf(server: Placeable, labels: Labels | undefined): boolean {
  const selector = selectorOf(server);
  return Object.keys(selector).length > 0 && matchesLabels(selector, labels);
}

interface PodLike {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly initContainers?: readonly { readonly name: string; readonly restartPolicy?: string }[] };
}

/**
 * The MCPServer whose gate a pod carries; undefined: it carries none. The container is what guards and the annotation says for whom;
 * neither can be written afterwards by anybody but us (chart: gate-integrity.yaml).
 */
export function gateOf({ metadata, spec }: PodLike): string | undefined {
  const carries = spec.initContainers?.some(
    ({ name, restartPolicy }) => name === SIDECAR_CONTAINER && restartPolicy === 'Always',
  );
  return carries === true ? metadata?.annotations?.[ANNOTATION.server] : undefined;
}

/** Whether a pod of the server's namespace is one of its pods and carries its gate: labels alone, which people change, say too little. */
export function isGatedBy(server: Placeable, pod: PodLike): boolean {
  return gateOf(pod) === server.metadata.name && isPodOf(server, pod.metadata?.labels);
}

/**
 * What the gate in a pod speaks to: the loopback address by number, since `localhost` may be ::1 first, where a server that listens on
 * IPv4 alone is not; and pods with an IPv6 address only have 127.0.0.1 as well.
 */
export function upstreamUrl(port: number, path: string): string {
  return `http://127.0.0.1:${port}${path.startsWith('/') ? '' : '/'}${path}`;
}

/** Whether clients come by TLS alone. */
export function speaksTls({ spec }: Placeable): boolean {
  return ((spec ?? {}) as Spec).access?.tls !== undefined;
}

/** The first port of the Service that the operator makes, where nothing is said of its ports. */
export function defaultServicePort(server: Placeable): number {
  return speaksTls(server) ? TLS_SERVICE_PORT : SERVICE_PORT;
}

/** The port of its Service that is shown. */
function firstPort(server: Placeable): number {
  return ((server.spec ?? {}) as Spec).service?.ports?.[0]?.port ?? defaultServicePort(server);
}

/** What clients speak to, whatever pods come and go. `port`: of a Service that somebody else has made. */
export function stableUrl(server: Placeable, port = firstPort(server)): string {
  const { namespace = '', name } = server.metadata;
  const { service = {} } = (server.spec ?? {}) as Spec;
  const scheme = speaksTls(server) ? 'https' : 'http';
  return `${scheme}://${service.name ?? name}.${namespace}.svc:${port}${MCP_PATH}`;
}
